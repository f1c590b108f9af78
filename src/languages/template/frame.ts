// What a template sees and where it writes while it is filled.
import { ExpressionError } from "../expression/expression-error.ts";
import type { Run } from "../expression/step.ts";
import type { Operand } from "../expression/value.ts";
import { type Limits, spend } from "../expression/work.ts";

export interface TemplateLimits extends Limits {
  /** Templates within templates, and calls of macros within macros. */
  readonly nesting: number;
}

/** Names with values, the nearest first. */
export interface Variables {
  readonly own: Map<string, Operand>;
  readonly parent: Variables | undefined;
}

export interface Sink {
  readonly parts: string[];
  length: number;
}

/** One filling, with all templates that take part in it. */
export interface Session {
  readonly limits: TemplateLimits;
  /** What functions that were given are called with. */
  readonly host: unknown;
  /** Undefined while nothing is written: a template that extends another writes in its blocks alone. */
  sink: Sink | undefined;
  depth: number;
  load(name: string): Unit | undefined;
  /** What is to be filled in, by its name. */
  given(name: string): Operand | undefined;
  /** What every template has. */
  global(name: string): Operand | undefined;
}

/** What a template was compiled to. */
export interface Unit {
  readonly name: string;
  readonly render: Render;
  readonly blocks: ReadonlyMap<string, Block>;
}

export interface Block {
  readonly render: Render;
  readonly isScoped: boolean;
  readonly isRequired: boolean;
}

export interface Frame {
  readonly session: Session;
  readonly variables: Variables;
  /** Variables of the whole template, which its blocks see. */
  readonly top: Variables;
  /** Every block's versions, the one that is to be taken first. */
  readonly blocks: Map<string, Block[]>;
  /** Where `extends` notes what the template is built upon. */
  readonly layout: { base: Unit | undefined };
  /** False in a template that was taken in without what surrounds it. */
  readonly seesGiven: boolean;
  readonly isEscaping: boolean;
}

export type TemplateRun = Run<Frame>;
export type Render = (run: TemplateRun) => void;

export function lookUp({ variables, session, seesGiven }: Frame, name: string): Operand | undefined {
  for (let scope: Variables | undefined = variables; scope !== undefined; scope = scope.parent) {
    const found = scope.own.get(name);
    if (found !== undefined) return found;
  }
  return (seesGiven ? session.given(name) : undefined) ?? session.global(name);
}

/** The same filling with another view. */
export function withFrame(run: TemplateRun, changes: Partial<Frame>): TemplateRun {
  return { ...run, scope: { ...run.scope, ...changes } };
}

/** With variables of its own before those that are seen already. */
export function within(run: TemplateRun, own: Map<string, Operand> = new Map()): TemplateRun {
  return withFrame(run, { variables: { own, parent: run.scope.variables } });
}

/** Writes text. Throws when there was too much of it. */
export function write({ scope: { session }, work }: TemplateRun, text: string): void {
  spend(work, 1 + Math.floor(text.length / 64));
  const { sink, limits } = session;
  if (sink === undefined) return;
  sink.length += text.length;
  if (sink.length > limits.textLength) {
    throw new ExpressionError(`the text is longer than ${limits.textLength} characters`);
  }
  sink.parts.push(text);
}

/** What a part writes, as text. */
export function captured(run: TemplateRun, render: Render): string {
  const { session } = run.scope;
  const before = session.sink;
  const sink: Sink = { parts: [], length: 0 };
  session.sink = sink;
  try {
    render(run);
  } finally {
    session.sink = before;
  }
  return sink.parts.join("");
}

/** Goes one template or macro deeper. Throws when that goes on and on. */
export function nested<Result>({ scope: { session } }: TemplateRun, work: () => Result): Result {
  session.depth += 1;
  try {
    if (session.depth > session.limits.nesting) {
      throw new ExpressionError(`templates and macros are nested deeper than ${session.limits.nesting}`);
    }
    return work();
  } finally {
    session.depth -= 1;
  }
}
