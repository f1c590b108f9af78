// Templates of mails and generated files: Jinja's language (contract 6.2 and 10.1), without a way to run code.
import { ExpressionError } from "../expression/expression-error.ts";
import type { FunctionDefinition } from "../expression/function-definition.ts";
import type { Operand } from "../expression/value.ts";
import { standardLimits, startWork } from "../expression/work.ts";
import { type Parser, parseBody, type Tag } from "./body.ts";
import { definedCallable, handedAround } from "./callable.ts";
import { type Chunk, cutTemplate, type SpaceOptions } from "./cut.ts";
import type { Session, Sink, TemplateLimits, TemplateRun, Unit, Variables } from "./frame.ts";
import { globalNamed } from "./globals.ts";
import { templateCompiler } from "./language.ts";
import { lineFinder } from "./line-finder.ts";
import { admitted } from "./member.ts";
import { forTag, ifTag } from "./tags/flow-tags.ts";
import { callTag, macroTag } from "./tags/macro-tags.ts";
import {
  blockTag,
  extendsTag,
  fromTag,
  importTag,
  includeTag,
  renderUnit,
  selfOf,
} from "./tags/template-tags.ts";
import { autoescapeTag, filterTag, setTag, withTag } from "./tags/value-tags.ts";
import { faultAt, TemplateError } from "./template-error.ts";

export interface TemplateOptions<Host = unknown> extends SpaceOptions {
  /** As faults name it. */
  readonly name: string;
  /** The text of another template, for include, import and extends; undefined when there is none. */
  readonly load?: (name: string) => string | undefined;
  /** Whether what is printed is escaped for HTML, unless it is marked as safe. */
  readonly autoescape?: boolean;
  /** What templates can call, by every name. */
  readonly functions?: ReadonlyMap<string, FunctionDefinition<Host>>;
  readonly limits?: Partial<TemplateLimits>;
}

export interface Template<Host = unknown> {
  readonly name: string;
  /**
   * The text, filled in. Variables are plain data, or functions that get plain data; of objects only own keys are
   * seen. `host` is what functions are called with. Throws TemplateError with the line.
   */
  render(variables: Readonly<Record<string, unknown>>, host?: Host): string;
}

const templateLimits: TemplateLimits = {
  ...standardLimits,
  sourceLength: 262_144,
  steps: 1_000_000,
  nesting: 20,
};

const tags: ReadonlyMap<string, Tag> = new Map<string, Tag>([
  ["if", ifTag],
  ["for", forTag],
  ["set", setTag],
  ["with", withTag],
  ["filter", filterTag],
  ["autoescape", autoescapeTag],
  ["macro", macroTag],
  ["call", callTag],
  ["block", blockTag],
  ["extends", extendsTag],
  ["include", includeTag],
  ["import", importTag],
  ["from", fromTag],
]);

/** Reads a template. Throws TemplateError with the line; other templates are read when they are needed first. */
export function compileTemplate<Host = unknown>(
  text: string,
  options: TemplateOptions<Host>,
): Template<Host> {
  const limits: TemplateLimits = { ...templateLimits, ...options.limits };
  const unit = compileUnit(text, options.name, { ...options, limits });
  const load = loader({ ...options, limits });
  const functions = functionCallables(options.functions);
  return {
    name: options.name,
    render(variables, host) {
      const sink: Sink = { parts: [], length: 0 };
      const session: Session = {
        limits,
        host,
        sink,
        depth: 0,
        load,
        given: (name) => givenNamed(name, variables),
        global: (name) => functions.get(name) ?? globalNamed(name),
      };
      renderWhole(unit, session, options.autoescape ?? false);
      return sink.parts.join("");
    },
  };
}

function givenNamed(name: string, variables: Readonly<Record<string, unknown>>): Operand | undefined {
  return Object.hasOwn(variables, name) ? admitted(variables[name], name, variables) : undefined;
}

function functionCallables<Host>(
  functions: ReadonlyMap<string, FunctionDefinition<Host>> = new Map(),
): ReadonlyMap<string, Operand> {
  // The host that is given to render is the one that its functions were made for.
  const definitions = [...functions] as [string, FunctionDefinition][];
  return new Map(definitions.map(([name, definition]) => [name, handedAround(definedCallable(definition))]));
}

function renderWhole(unit: Unit, session: Session, isEscaping: boolean): void {
  const top: Variables = { own: new Map(), parent: undefined };
  const run: TemplateRun = {
    scope: {
      session,
      variables: top,
      top,
      blocks: new Map(),
      layout: { base: undefined },
      seesGiven: true,
      isEscaping,
    },
    work: startWork(session.limits),
    memory: undefined,
    waiting: undefined,
  };
  try {
    renderUnit(unit, run);
  } catch (thrown) {
    throw faultAt(thrown, { template: unit.name, line: 1 });
  }
}

type UnitOptions = SpaceOptions & { readonly limits: TemplateLimits };

/** Templates that one may take in, also by names that it makes up. */
const mostTemplates = 200;

/** Other templates, each read once, also those that there are not. */
function loader<Host>(options: TemplateOptions<Host> & UnitOptions): (name: string) => Unit | undefined {
  const units = new Map<string, Unit | undefined>();
  return (name) => {
    if (units.has(name)) return units.get(name);
    if (units.size >= mostTemplates)
      throw new ExpressionError(`more than ${mostTemplates} templates are asked for`);
    const text = options.load?.(name);
    const unit = text === undefined ? undefined : compileUnit(text, name, options);
    units.set(name, unit);
    return unit;
  };
}

function compileUnit(source: string, name: string, options: UnitOptions): Unit {
  const { limits } = options;
  if (source.length > limits.sourceLength) {
    throw new TemplateError(`longer than ${limits.sourceLength} characters`, { template: name, line: 1 });
  }
  const text = source.replace(/\r\n?/g, "\n");
  const lineAt = lineFinder(text);
  let chunks: readonly Chunk[] = [];
  try {
    chunks = cutTemplate(text, options);
    const parser = startParser({ name, chunks, limits, lineAt });
    return { name, render: parseBody(parser).render, blocks: parser.blocks };
  } catch (thrown) {
    const column = thrown instanceof ExpressionError ? thrown.column : undefined;
    throw faultAt(thrown, { template: name, line: lineAt((column ?? 1) - 1) });
  }
}

function startParser(given: Pick<Parser, "name" | "chunks" | "limits" | "lineAt">): Parser {
  return { ...given, compiler: templateCompiler(selfOf), tags, blocks: new Map(), place: 0, depth: 0 };
}
