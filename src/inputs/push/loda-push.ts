// What scripts push to a loda agent: a JSON array of metrics for one namespace (contract loda §3.1, §7.2).
import { JsonFault, JsonReader, parsed } from "../../formats/json-reader.ts";
import type { Pace } from "../../kernel/pace.ts";
import { faultOf, type Metric } from "../../metric/metric.ts";
import { type Refused, refusedCount } from "../../metric/refused.ts";
import { createMetricParts } from "./metric-parts.ts";

export type LodaPushed =
  | {
      readonly kept: number;
      readonly received: number;
      /** Without a value. */
      readonly dropped: number;
      /** What nobody can keep. */
      readonly refused: Refused;
    }
  | { readonly fault: "json" | "name"; readonly reason: string };

export interface LodaPush {
  readonly bytes: Buffer;
  readonly namespace: string;
  readonly nowMs: number;
}

export interface LodaPushNeeds {
  /** Resolves when all but what is refused is kept for good. */
  readonly keep: (metrics: readonly Metric[]) => Promise<Refused>;
  readonly pace: Pace;
}

const namePattern = /^[0-9a-zA-Z_.-]{1,508}$/;
/** Seconds that are a time today; everything else is now (contract loda §7.2). */
const [leastSeconds, mostSeconds] = [1e9, 1e10];

/**
 * Looked at whole before anything is kept, part by part. `namespace` becomes the tag `ns`. Rejects as `keep` does, and not
 * otherwise.
 */
export async function readLodaPush(push: LodaPush, { keep, pace }: LodaPushNeeds): Promise<LodaPushed> {
  const looked = await lookAt(push.bytes, pace);
  if ("fault" in looked) return looked;
  const parts = createMetricParts(push.bytes.length, keep);
  for await (const item of itemsOf(push.bytes, pace)) {
    const metric = metricOf(item as LodaItem, push);
    if (metric !== undefined) parts.add(metric);
    if (parts.isFull) await parts.keep();
  }
  await parts.keep();
  const { received } = looked;
  const { kept, refused } = parts;
  return { kept, received, refused, dropped: received - kept - refusedCount(refused) };
}

type Fault = Extract<LodaPushed, { readonly fault: unknown }>;

/** A wrong name is told of only where all the rest is right. */
async function lookAt(bytes: Buffer, pace: Pace): Promise<Fault | { readonly received: number }> {
  let received = 0;
  let misnamed: string | undefined;
  try {
    for await (const item of itemsOf(bytes, pace)) {
      const fault = faultOfItem(item);
      if (fault !== undefined) return { fault: "json", reason: `${received}: ${fault}` };
      received += 1;
      const { name } = item as LodaItem;
      if (misnamed === undefined && !namePattern.test(name)) misnamed = name.slice(0, 100);
    }
  } catch (thrown) {
    if (thrown instanceof JsonFault) return { fault: "json", reason: thrown.message };
    throw thrown;
  }
  return misnamed === undefined ? { received } : { fault: "name", reason: misnamed };
}

const pieceBytes = 128 * 1024;

/** The items of the first value, which is a list, or null for an empty one. Throws `JsonFault`. */
async function* itemsOf(bytes: Buffer, pace: Pace): AsyncGenerator<unknown> {
  // Several that were unpacked at the same moment: each may have millions of blanks before it begins.
  if (pace.isDue) await pace.yield();
  const reader = new JsonReader(bytes);
  if (reader.kind === "end") throw new JsonFault("unexpected end", { offset: 0 });
  if (isNull(reader)) return;
  if (reader.kind !== "list") throw new JsonFault("expected an array of metrics", { offset: reader.offset });
  const next = reader.enter("list");
  while (next()) {
    yield await itemAt(reader, bytes, pace);
    if (pace.isDue) await pace.yield();
  }
}

/** Whatever is longer is not read for it. */
function isNull(reader: JsonReader): boolean {
  if (reader.kind !== "scalar" || !reader.fits("null".length)) return false;
  return reader.from(reader.offset).value() === null;
}

async function itemAt(reader: JsonReader, bytes: Buffer, pace: Pace): Promise<unknown> {
  const from = reader.offset;
  const scan = reader.scan();
  while (!scan.run(pieceBytes)) if (pace.isDue) await pace.yield();
  // One metric of more than that is none.
  if (reader.offset - from > itemLimitBytes)
    throw new JsonFault("a metric that is too large", { offset: from });
  return parsed(bytes, from, reader.offset);
}

const itemLimitBytes = 256 * 1024;

/** Undefined where the value is no number and no truth value: nothing else survives at its consumers. */
function metricOf(
  { name, tags, timestamp, value }: LodaItem,
  { namespace, nowMs }: Pick<LodaPush, "namespace" | "nowMs">,
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
