// Checks that others report, such as service checks of DogStatsD: each becomes a passive check when it is first heard of.
import { stateOfStatus } from "../../event/index.ts";
import type { ReportedCheck } from "../reported.ts";
import type { CheckPlan } from "./check-plan.ts";
import type { CheckRun } from "./check-run.ts";
import type { CheckSet } from "./check-set.ts";

export interface ReportedChecksConfig {
  /** Milliseconds of silence after which such a check is unknown; undefined: never. */
  readonly ttlMs: number | undefined;
  readonly limit: number;
  readonly attempts: number;
}

const beatMs = 60_000;

export class ReportedChecks {
  readonly #set: Pick<CheckSet, "add" | "remove" | "submit">;
  readonly #config: ReportedChecksConfig;
  /** The one heard of longest ago comes first. */
  readonly #runs = new Map<string, CheckRun>();

  constructor(set: Pick<CheckSet, "add" | "remove" | "submit">, config: ReportedChecksConfig) {
    this.#set = set;
    this.#config = config;
  }

  take(check: ReportedCheck): void {
    if (this.#config.limit === 0) return;
    const id = idOf(check);
    const run = this.#runs.get(id) ?? this.#set.add(planOf(id, check, this.#config));
    this.#runs.delete(id);
    this.#runs.set(id, run);
    if (this.#runs.size > this.#config.limit) this.#forgetOldest();
    this.#set.submit(run, { state: stateOfStatus(check.status), output: check.message, perfdata: "" });
  }

  #forgetOldest(): void {
    const [oldest = ""] = this.#runs.keys();
    this.#runs.delete(oldest);
    this.#set.remove(oldest);
  }
}

/** `reported/<host>/<name>`, with the tags behind `;` as in names of series. */
function idOf({ host, name, tags }: ReportedCheck): string {
  const marks = Object.entries(tags)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `;${key}=${value}`);
  return ["reported", ...(host === "" ? [] : [host]), `${name}${marks.join("")}`].join("/");
}

function planOf(id: string, check: ReportedCheck, { ttlMs, attempts }: ReportedChecksConfig): CheckPlan {
  return {
    ...{ id, name: check.name, displayName: check.name, host: check.host, kind: "passive" },
    ...{ packName: "", packLevel: "local", place: "reported", group: undefined, service: undefined },
    ...{ everyMs: beatMs, retryMs: beatMs, rules: { attempts, flapping: undefined } },
    ...{ ttlMs, silentState: "unknown", dependsOn: [], handlers: undefined, notes: "" },
    ...{ given: {}, extra: { tags: check.tags }, run: undefined },
  };
}
