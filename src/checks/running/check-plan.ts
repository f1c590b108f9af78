// A check, ready to be run: what it is, how often, by what rules it is judged, and the one function that judges.
import type { JudgedState } from "../../event/index.ts";
import type { JudgingRules } from "../judging/standing.ts";

/** What one run found. `pending`: what it looks at is not measured yet, and it will be asked again soon. */
export interface Verdict {
  readonly state: JudgedState | "pending";
  readonly output: string;
  /** As plugins write it; empty when there is none. */
  readonly perfdata: string;
}

export interface CheckPlan {
  /** Identity within the host, such as `linux/cpu`. */
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  /** Host that it is about where that is not this one; else empty. */
  readonly host: string;
  readonly packName: string;
  readonly packLevel: string;
  /** Where it was written: file and line. */
  readonly place: string;
  readonly kind: "rule" | "program" | "passive";
  /** It runs only while the node is in this group; undefined: always. */
  readonly group: string | undefined;
  readonly everyMs: number;
  /** While a problem is not sure yet. */
  readonly retryMs: number;
  readonly rules: JudgingRules;
  /** Milliseconds without a result after which `silentState` holds; undefined: for ever. */
  readonly ttlMs: number | undefined;
  readonly silentState: JudgedState;
  /** Names of checks that this one stands on. */
  readonly dependsOn: readonly string[];
  readonly handlers: readonly string[] | undefined;
  /** The service whose state this check gives. */
  readonly service: string | undefined;
  readonly notes: string;
  /** The texts it was given, by the names of their keys, for whoever lists checks. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Further keys of its own. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** Undefined: results come from outside. Never rejects. */
  readonly run: ((signal: AbortSignal) => Promise<Verdict> | Verdict) | undefined;
}
