// An evaluation under way, and the small functions that an expression is compiled to.
import type { Operand } from "./value.ts";
import type { Work } from "./work.ts";

export interface Run<Scope> {
  readonly scope: Scope;
  readonly work: Work;
  /**
   * What calls and placeholders came to, by their place; undefined when the evaluation cannot wait. With it an
   * evaluation that had to wait goes through once more without calling or reading anything again.
   */
  readonly memory: (Operand | undefined)[] | undefined;
  /** What the evaluation waits for, once it has to. */
  waiting: Waiting | undefined;
}

export interface Waiting {
  readonly place: number;
  readonly name: string;
  readonly answer: Promise<Operand>;
}

export type Step<Scope> = (run: Run<Scope>) => Operand;
