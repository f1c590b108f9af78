// The time and the settings under which an expression is evaluated.
import type { TimeZone } from "./time/time-zone.ts";
import type { Work } from "./work.ts";

export interface EvaluationContext {
  /** Seconds since 1970. */
  readonly startS: number;
  readonly endS: number;
  readonly nowS: number;
  readonly zone: TimeZone;
  /** What stands for `$name` in templates, by the request. */
  readonly variables: ReadonlyMap<string, string>;
  readonly work: Work;
  /** Set by functions for all that is evaluated after them (`setXFilesFactor`). */
  xFilesFactor: number;
  /** Sums of `stacked`, by the name of the stack. */
  readonly stacks: Map<string, Float64Array>;
}
