// A delivery → value lists: one for each metric, and one for those that are the values of one type together.
import type { CollectdValue, ValueList } from "../../../formats/collectd-packet/value-list.ts";
import type { CollectdTypes } from "../../../formats/collectd-types/parse-types-db.ts";
import type { Metric } from "../../../metric/metric.ts";
import { seriesKey } from "../../../metric/series.ts";
import type { Delivery } from "../../output.ts";
import { instance, ownPlace, type Place, returningPlace } from "./identifier.ts";

interface OpenList extends ValueList {
  readonly values: CollectdValue[];
}

export interface ListSettings {
  readonly types: CollectdTypes;
  /** What the packets claim. */
  readonly intervalMs: number;
}

export interface DeliveredLists {
  readonly lists: readonly ValueList[];
  /** Metrics of a time that the protocol cannot say, from before 1970 above all. */
  readonly timeless: number;
  /** Metrics of another name or other tags that are the same there, at the same time: collectd takes the first alone. */
  readonly doubles: number;
}

/** In milliseconds: 2^34 seconds end what the protocol can say. */
const timeLimitMs = 2 ** 34 * 1000;

/** A value of a type that did not come with the others is not a number, as in collectd. */
export function valueListsOf(
  { parcels }: Pick<Delivery, "parcels">,
  { types, intervalMs }: ListSettings,
): DeliveredLists {
  const sheet = createSheet(intervalMs);
  let [timeless, sayable] = [0, 0];
  for (const { metrics, host: measured, origin } of parcels) {
    const host = instance(measured);
    const placeOf = (metric: Metric) =>
      origin === "collectd" ? returningPlace(metric, host, types) : ownPlace(metric, host);
    for (const metric of metrics) {
      if (!isSayable(metric)) {
        timeless += 1;
        continue;
      }
      sheet.put(placeOf(metric), metric);
      sayable += 1;
    }
  }
  const doubles = sheet.filled === sayable ? 0 : differentOf(parcels) - sheet.filled;
  return { lists: sheet.lists, timeless, doubles };
}

function isSayable({ timestampMs }: Metric): boolean {
  return timestampMs > 0 && timestampMs < timeLimitMs;
}

/** Without those that came twice: a series has one value at a time. */
function differentOf(parcels: Delivery["parcels"]): number {
  const different = new Set<string>();
  for (const { host, metrics } of parcels)
    for (const metric of metrics)
      if (isSayable(metric)) different.add(`${host}\n${metric.timestampMs}\n${seriesKey(metric)}`);
  return different.size;
}

function createSheet(intervalMs: number) {
  const lists: OpenList[] = [];
  /** By what they are of and when. */
  const open = new Map<string, OpenList>();
  /** Values of types with several of them that were given. */
  const given = new Set<string>();
  let filled = 0;
  const begin = ({ source: _, sources, ...identifier }: Place, timeMs: number): OpenList => {
    const values = Array.from({ length: sources }, () => ({ kind: "gauge" as const, value: Number.NaN }));
    const list = { ...identifier, timeMs, intervalMs, values };
    lists.push(list);
    return list;
  };
  /** True for a value that is here already. */
  const isDouble = (key: string, { source, sources }: Place): boolean => {
    if (sources === 1) return open.has(key);
    const place = `${source}\0${key}`;
    return given.has(place) || !given.add(place);
  };
  return {
    lists,
    get filled() {
      return filled;
    },
    put(place: Place, { timestampMs, value }: Metric) {
      const key = keyOf(place, timestampMs);
      if (isDouble(key, place)) return;
      const list = open.get(key) ?? begin(place, timestampMs);
      open.set(key, list);
      list.values[place.source] = { kind: "gauge", value };
      filled += 1;
    },
  };
}

function keyOf({ host, plugin, pluginInstance, type, typeInstance }: Place, timeMs: number): string {
  return [timeMs, host, plugin, pluginInstance, type, typeInstance].join("\0");
}
