// Checks that others report, such as service checks of DogStatsD: each becomes a passive check when it is first heard of.
import { stateOfStatus } from "../../event/index.ts";
import type { Context } from "../../kernel/module.ts";
import { neverJudged } from "../judging/standing.ts";
import type { ReportedCheck } from "../reported.ts";
import type { CheckPlan } from "./check-plan.ts";
import type { CheckRun, KeptCheck, ReportedFacts } from "./check-run.ts";
import type { CheckSet } from "./check-set.ts";

export interface ReportedChecksConfig {
  /** Milliseconds of silence after which such a check is unknown; undefined: never. */
  readonly ttlMs: number | undefined;
  readonly limit: number;
  readonly attempts: number;
}

export interface ReportedChecksNeeds extends Context {
  readonly set: Pick<CheckSet, "add" | "remove" | "submit">;
}

const beatMs = 60_000;
/** Silence after which a check makes room for one that is heard of for the first time. */
const roomAfterMs = 86_400_000;
/** Silence after which a check does not come back with a restart. */
const keptForMs = 7 * 86_400_000;
const sayEveryMs = 60_000;

export class ReportedChecks {
  readonly #needs: ReportedChecksNeeds;
  readonly #config: ReportedChecksConfig;
  /** The one heard of longest ago comes first. */
  readonly #runs = new Map<string, CheckRun>();
  readonly #refused: { add(amount: number): void; readonly value: number };
  #saidMs = Number.NEGATIVE_INFINITY;

  constructor(config: ReportedChecksConfig, needs: ReportedChecksNeeds) {
    this.#needs = needs;
    this.#config = config;
    this.#refused = needs.telemetry.counter(
      "checks_reported_refused_total",
      "Results of reported checks that were refused because there are too many names.",
    );
  }

  /** Goes on with those of before a restart: an alarm is not lost because nobody has spoken yet. */
  begin(kept: ReadonlyMap<string, KeptCheck>): void {
    const sinceMs = this.#needs.clock.now() - keptForMs;
    const known = [...kept.values()]
      .filter(({ reported, lastCheckMs }) => reported !== undefined && lastCheckMs > sinceMs)
      .sort((one, other) => one.lastCheckMs - other.lastCheckMs);
    for (const one of known.slice(Math.max(0, known.length - this.#config.limit)))
      if (one.reported !== undefined) this.#add(one.reported, one);
  }

  take(check: ReportedCheck): void {
    if (this.#config.limit === 0) return;
    const id = idOf(check);
    const known = this.#runs.get(id);
    if (known === undefined && !this.#makeRoom()) {
      this.#refuse(id);
      return;
    }
    const run = known ?? this.#add(check, undefined);
    this.#runs.delete(id);
    this.#runs.set(id, run);
    this.#needs.set.submit(run, {
      ...{ state: stateOfStatus(check.status), output: check.message, perfdata: "" },
    });
  }

  /** Without what was kept it begins anew: what was known at the start may be long over. */
  #add({ name, host, tags }: ReportedFacts, kept: KeptCheck | undefined): CheckRun {
    const reported = { name, host, tags };
    const id = idOf(reported);
    const anew = { standing: neverJudged, output: "", lastCheckMs: 0, told: "pending", reported } as const;
    const run = this.#needs.set.add(planOf(id, reported, this.#config), kept ?? anew);
    this.#runs.set(id, run);
    return run;
  }

  /** Names that still speak are never put out for new ones: each would come back, and be told of again and again. */
  #makeRoom(): boolean {
    if (this.#runs.size < this.#config.limit) return true;
    const [oldest] = this.#runs;
    if (oldest === undefined) return true;
    const [id, run] = oldest;
    if (this.#needs.clock.monotonicMs() - run.heardMs < roomAfterMs) return false;
    this.#runs.delete(id);
    this.#needs.set.remove(id);
    return true;
  }

  #refuse(id: string): void {
    const nowMs = this.#needs.clock.monotonicMs();
    this.#refused.add(1);
    if (nowMs - this.#saidMs < sayEveryMs) return;
    this.#saidMs = nowMs;
    this.#needs.log.warning("more checks are reported than are kept; new names are refused", {
      ...{ check: id, limit: this.#config.limit, refused: this.#refused.value },
    });
  }
}

/** `reported/<host>/<name>`, with the tags behind `;` as in names of series. */
function idOf({ host, name, tags }: ReportedFacts): string {
  const marks = Object.entries(tags)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `;${key}=${value}`);
  return ["reported", ...(host === "" ? [] : [host]), `${name}${marks.join("")}`].join("/");
}

function planOf(id: string, check: ReportedFacts, { ttlMs, attempts }: ReportedChecksConfig): CheckPlan {
  return {
    ...{ id, name: check.name, displayName: check.name, host: check.host, kind: "passive" },
    ...{ packName: "", packLevel: "local", place: "reported", group: undefined, service: undefined },
    ...{ everyMs: beatMs, retryMs: beatMs, rules: { attempts, flapping: undefined } },
    ...{ ttlMs, silentState: "unknown", dependsOn: [], handlers: undefined, notes: "" },
    ...{ given: {}, extra: { tags: check.tags }, run: undefined },
  };
}
