// `extends`, `block`, `include`, `import` and `from`: templates that take others in.
import { dictionaryOf } from "../../expression/dictionary.ts";
import { ExpressionError, shown } from "../../expression/expression-error.ts";
import { expect, expectName, isNext, type Reader, skip } from "../../expression/reader.ts";
import { isList, Missing, type Operand, present, Tuple, type Value } from "../../expression/value.ts";
import { spend } from "../../expression/work.ts";
import { finish, parseBody, parseStep, type Tag } from "../body.ts";
import { Callable, handedAround } from "../callable.ts";
import {
  type Block,
  captured,
  nested,
  type TemplateRun,
  type Unit,
  type Variables,
  withFrame,
} from "../frame.ts";
import { marked, unmarked } from "../text.ts";

/** Renders a whole template: itself, or what it extends with its blocks. */
export function renderUnit(unit: Unit, run: TemplateRun): void {
  nested(run, () => {
    const { session, blocks } = run.scope;
    for (const [name, block] of unit.blocks) blocks.set(name, [...(blocks.get(name) ?? []), block]);
    const layout = { base: undefined as Unit | undefined };
    const sink = session.sink;
    try {
      unit.render(withFrame(run, { layout }));
    } finally {
      session.sink = sink;
    }
    if (layout.base !== undefined) renderUnit(layout.base, run);
  });
}

/** A template within another, with blocks and variables of its own, which it answers with. */
function renderApart(unit: Unit, run: TemplateRun, seesAll: boolean): Variables {
  const variables: Variables = { own: new Map(), parent: seesAll ? run.scope.variables : undefined };
  const seesGiven = seesAll && run.scope.seesGiven;
  renderUnit(unit, withFrame(run, { variables, top: variables, blocks: new Map(), seesGiven }));
  return variables;
}

export const extendsTag: Tag = (parser, reader) => {
  const name = parseStep(parser, reader);
  finish(reader);
  return (run) => {
    const { layout, session } = run.scope;
    if (layout.base !== undefined) throw new ExpressionError("a template extends one other");
    layout.base = loaded(name(run), run);
    // From here on only blocks are written, when the other template comes to them.
    session.sink = undefined;
  };
};

/** The first of some names that there is. Throws when there is none. */
function loaded(names: Operand, run: TemplateRun): Unit {
  const unit = tryLoad(names, run);
  if (unit !== undefined) return unit;
  throw new ExpressionError(`there is no template ${shown(namesOf(names).join(", "))}`);
}

/** Steps that taking a template in counts as. */
const costOfATemplate = 20;

function tryLoad(names: Operand, { scope: { session }, work }: TemplateRun): Unit | undefined {
  for (const name of namesOf(names)) {
    spend(work, costOfATemplate);
    const unit = session.load(name);
    if (unit !== undefined) return unit;
  }
  return undefined;
}

function namesOf(operand: Operand): readonly string[] {
  const value = present(unmarked(operand));
  const names: readonly Value[] = isList(value) ? value : value instanceof Tuple ? value.items : [value];
  return names.map((name) => {
    if (typeof name === "string") return name;
    throw new ExpressionError("the name of a template is a text");
  });
}

export const blockTag: Tag = (parser, reader) => {
  const { text: name, at } = expectName(reader);
  const isScoped = skip(reader, "scoped");
  const isRequired = skip(reader, "required");
  finish(reader);
  if (parser.blocks.has(name)) throw new ExpressionError(`the block ${name} is there twice`, { at });
  const draft: Block = { render: () => undefined, isScoped, isRequired };
  parser.blocks.set(name, draft);
  const { render, reader: ender } = parseBody(parser, ["endblock"]);
  if (ender !== undefined) {
    skip(ender, name);
    finish(ender);
  }
  parser.blocks.set(name, { ...draft, render });
  return (run) => {
    if (run.scope.layout.base === undefined) renderBlock({ name, version: 0, isScoped }, run);
  };
};

interface Version {
  readonly name: string;
  /** 0 is the outermost template's, the next ones are what `super()` stands for. */
  readonly version: number;
  readonly isScoped: boolean;
}

function renderBlock({ name, version, isScoped }: Version, run: TemplateRun): void {
  const { blocks, variables, top } = run.scope;
  const block = blocks.get(name)?.[version];
  if (block === undefined) throw new ExpressionError(`the block ${name} has no further version for super()`);
  if (block.isRequired)
    throw new ExpressionError(`the block ${name} has to be written by who extends this template`);
  const superBlock = new Callable("super", () => {
    const text = captured(run, () => renderBlock({ name, version: version + 1, isScoped }, run));
    return run.scope.isEscaping ? marked(text) : text;
  });
  const parent = isScoped ? variables : top;
  const own = new Map<string, Operand>([["super", handedAround(superBlock)]]);
  nested(run, () => block.render(withFrame(run, { variables: { own, parent } })));
}

/** `self.name()`: a block once more. */
export function selfOf(run: TemplateRun): Operand {
  return dictionaryOf(
    [...run.scope.blocks.keys()].map((name) => {
      const call = new Callable(name, () => {
        const text = captured(run, () => renderBlock({ name, version: 0, isScoped: false }, run));
        return run.scope.isEscaping ? marked(text) : text;
      });
      return [name, handedAround(call)] as const;
    }),
  );
}

export const includeTag: Tag = (parser, reader) => {
  const names = parseStep(parser, reader);
  const isOptional = skip(reader, "ignore");
  if (isOptional) expect(reader, "missing");
  const seesAll = parseContext(reader, true);
  finish(reader);
  return (run) => {
    const unit = isOptional ? tryLoad(names(run), run) : loaded(names(run), run);
    if (unit !== undefined) renderApart(unit, run, seesAll);
  };
};

/** `with context`, `without context`. */
function parseContext(reader: Reader, fallback: boolean): boolean {
  if (!isNext(reader, "with") && !isNext(reader, "without")) return fallback;
  if (!isNext(reader, "context", 1)) return fallback;
  const seesAll = isNext(reader, "with");
  reader.place += 2;
  return seesAll;
}

/** What a template sets at its top, its macros above all. */
function exported(names: Operand, run: TemplateRun, seesAll: boolean): Map<string, Operand> {
  const unit = loaded(names, run);
  let own = new Map<string, Operand>();
  captured(run, () => {
    own = renderApart(unit, run, seesAll).own;
  });
  return own;
}

export const importTag: Tag = (parser, reader) => {
  const names = parseStep(parser, reader);
  expect(reader, "as");
  const { text: alias } = expectName(reader);
  const seesAll = parseContext(reader, false);
  finish(reader);
  return (run) => {
    const found = [...exported(names(run), run, seesAll)].filter(
      ([, operand]) => !(operand instanceof Missing),
    );
    run.scope.variables.own.set(
      alias,
      dictionaryOf(found.map(([name, operand]) => [name, present(operand)])),
    );
  };
};

export const fromTag: Tag = (parser, reader) => {
  const names = parseStep(parser, reader);
  expect(reader, "import");
  const wanted = parseWanted(reader);
  const seesAll = parseContext(reader, false);
  finish(reader);
  return (run) => {
    const found = exported(names(run), run, seesAll);
    for (const [name, alias] of wanted) {
      const missing = new Missing(alias, `the template has no '${name}' to be imported`);
      run.scope.variables.own.set(alias, found.get(name) ?? missing);
    }
  };
};

function parseWanted(reader: Reader): readonly (readonly [string, string])[] {
  const wanted: (readonly [string, string])[] = [];
  do {
    const { text: name, at } = expectName(reader);
    if (name.startsWith("_")) throw new ExpressionError("names that begin with _ are not imported", { at });
    wanted.push([name, skip(reader, "as") ? expectName(reader).text : name]);
  } while (skip(reader, ",") && !isNext(reader, "with") && !isNext(reader, "without"));
  return wanted;
}
