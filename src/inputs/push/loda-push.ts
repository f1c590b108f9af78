// What scripts push to a loda agent: a JSON array of metrics for one namespace (contract loda §3.1, §7.2).
import { parseLeadingJson } from "../../formats/leading-json.ts";
import { faultOf, type Metric } from "../../metric/metric.ts";

export type LodaPushed =
  | { readonly metrics: readonly Metric[]; readonly received: number; readonly dropped: number }
  | { readonly fault: "json" | "name"; readonly reason: string };

const namePattern = /^[0-9a-zA-Z_.-]{1,508}$/;
/** Seconds that are a time today; everything else is now (contract loda §7.2). */
const [leastSeconds, mostSeconds] = [1e9, 1e10];

/** Never throws. `namespace` becomes the tag `ns`. */
export function readLodaPush(text: string, namespace: string, nowMs: number): LodaPushed {
  const parsed = parseLeadingJson(text);
  if ("error" in parsed) return { fault: "json", reason: parsed.error };
  const items: unknown = parsed.value ?? [];
  if (!Array.isArray(items)) return { fault: "json", reason: "expected an array of metrics" };
  for (const [place, item] of items.entries()) {
    const fault = faultOfItem(item);
    if (fault !== undefined) return { fault: "json", reason: `${place}: ${fault}` };
  }
  const sound = items as readonly LodaItem[];
  const misnamed = sound.find(({ name }) => !namePattern.test(name));
  if (misnamed !== undefined) return { fault: "name", reason: misnamed.name.slice(0, 100) };
  const metrics = sound.flatMap((item) => metricOf(item, namespace, nowMs) ?? []);
  return { metrics, received: sound.length, dropped: sound.length - metrics.length };
}

/** Undefined where the value is no number and no truth value: nothing else survives at its consumers. */
function metricOf(
  { name, tags, timestamp, value }: LodaItem,
  namespace: string,
  nowMs: number,
): Metric | undefined {
  const number = typeof value === "boolean" ? Number(value) : value;
  if (typeof number !== "number") return undefined;
  const metric = {
    name: `RUN.${name}`,
    tags: { ...usable(tags ?? {}), ns: namespace },
    value: number,
    timestampMs: isToday(timestamp) ? timestamp * 1000 : nowMs,
  };
  return faultOf(metric) === undefined ? metric : undefined;
}

interface LodaItem {
  readonly name: string;
  readonly timestamp?: number | null;
  readonly tags?: Readonly<Record<string, string>> | null;
  readonly value?: unknown;
}

function faultOfItem(item: unknown): string | undefined {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return "expected an object";
  const { name, timestamp, tags } = item as Readonly<Record<string, unknown>>;
  if (typeof name !== "string") return "name: expected a text";
  if (timestamp !== undefined && timestamp !== null && !Number.isInteger(timestamp))
    return "timestamp: expected whole seconds";
  if (tags === undefined || tags === null) return undefined;
  const isTags =
    typeof tags === "object" &&
    !Array.isArray(tags) &&
    Object.values(tags).every((value) => typeof value === "string");
  return isTags ? undefined : "tags: expected texts";
}

function isToday(seconds: number | null | undefined): seconds is number {
  return typeof seconds === "number" && seconds >= leastSeconds && seconds <= mostSeconds;
}

/** A tag without a value says nothing, and its consumers drop the whole point for it. */
function usable(tags: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(tags).map(([tag, value]) => [tag, value.trim()] as const);
  return Object.fromEntries(entries.filter(([tag, value]) => tag !== "" && value !== ""));
}
