// What a request for rendering says: targets, time, format and drawing, each checked.
import { refusal, shown } from "../fault.ts";
import { parseAtTime } from "../time/at-time.ts";
import { type TimeZone, timeZone, utc } from "../time/time-zone.ts";

/** Parameters by name, each as often as it was given; `URLSearchParams` is one. */
export interface RequestParams {
  get(name: string): string | null;
  getAll(name: string): string[];
  keys(): Iterable<string>;
}

const formats = ["json", "csv", "raw", "svg", "png"] as const;
export type Format = (typeof formats)[number];

export interface RenderPlan {
  readonly targets: readonly string[];
  readonly format: Format;
  readonly zone: TimeZone;
  /** Seconds since 1970, whole. */
  readonly startS: number;
  readonly endS: number;
  readonly nowS: number;
  readonly maxDataPoints: number | undefined;
  readonly noNullPoints: boolean;
  readonly xFilesFactor: number;
  readonly variables: ReadonlyMap<string, string>;
}

const targetLimit = 1000;

/** Refuses what cannot be understood; what only other systems know is passed over. */
export function renderPlan(params: RequestParams, nowMs: number): RenderPlan {
  const given = params.getAll("target");
  const targets = (given.length > 0 ? given : params.getAll("target[]")).filter((text) => text.trim() !== "");
  if (targets.length === 0) throw refusal("no target is given");
  if (targets.length > targetLimit) throw refusal(`more than ${targetLimit} targets`);
  const most = params.get("maxDataPoints");
  const maxDataPoints = most !== null && /^\d{1,15}$/.test(most) ? Number(most) : undefined;
  if (maxDataPoints === 0) throw refusal("maxDataPoints must be 1 or more");
  return {
    targets,
    format: formatOf(params),
    ...timesOf(params, nowMs),
    maxDataPoints,
    noNullPoints: params.get("noNullPoints") !== null,
    xFilesFactor: share(params.get("xFilesFactor")),
    variables: variablesOf(params),
  };
}

function formatOf(params: RequestParams): Format {
  const text = params.get("format") ?? (params.get("rawData") === null ? "json" : "raw");
  const format = formats.find((one) => one === text);
  if (format !== undefined) return format;
  throw refusal(`the format ${shown(text)} is not offered; there are ${formats.join(", ")}`);
}

type Times = Pick<RenderPlan, "zone" | "startS" | "endS" | "nowS">;

/** `from`, `until`, `now` and `tz`; the last day when nothing is said. An unknown zone is UTC. */
function timesOf(params: RequestParams, nowMs: number): Times {
  const zone = timeZone(params.get("tz") ?? "") ?? utc;
  const timeIn = (name: string, otherwise: string, nowS: number) => {
    const text = params.get(name) ?? otherwise;
    const timeS = parseAtTime(text, { zone, nowS });
    if (timeS === undefined) throw refusal(`${name}: ${shown(text)} is no time`);
    return Math.floor(timeS);
  };
  const nowS = timeIn("now", "now", Math.floor(nowMs / 1000));
  const until = timeIn("until", "now", nowS);
  const from = timeIn("from", "-1d", nowS);
  if (from === until) throw refusal("the time asked for is empty: from and until are the same");
  return { zone, nowS, startS: Math.min(from, until), endS: Math.max(from, until) };
}

function share(text: string | null): number {
  if (text === null) return 0;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isNaN(value)) return value;
  throw refusal(`xFilesFactor: ${shown(text)} is no number`);
}

function variablesOf(params: RequestParams): Map<string, string> {
  const variables = new Map<string, string>();
  for (const key of params.keys()) {
    const name = /^template\[(.*)\]$/s.exec(key)?.[1];
    if (name !== undefined && name !== "") variables.set(name, params.get(key) ?? "");
  }
  return variables;
}
