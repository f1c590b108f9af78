// A delivery → value lists: one for each metric, and one for those that are the values of one type together.
import type { CollectdValue, ValueList } from "../../../formats/collectd-packet/value-list.ts";
import type { CollectdTypes } from "../../../formats/collectd-types/parse-types-db.ts";
import type { Metric } from "../../../metric/metric.ts";
import type { SeriesClaims } from "../../../metric/series-claims.ts";
import type { Delivery } from "../../output.ts";
import { instance, ownPlace, type Place, returningPlace } from "./identifier.ts";

interface OpenList extends ValueList {
  readonly values: CollectdValue[];
}

export interface ListSettings {
  readonly types: CollectdTypes;
  /** What the packets claim. */
  readonly intervalMs: number;
  /** Whose identifiers are whose, for as long as the output is open. */
  readonly claims: SeriesClaims;
}

export interface DeliveredLists {
  readonly lists: readonly ValueList[];
  /** Metrics of a time that the protocol cannot say, from before 1970 above all. */
  readonly timeless: number;
  /** Metrics of another name or other tags that are the same there. */
  readonly doubles: number;
}

/** In milliseconds: 2^34 seconds end what the protocol can say. */
const timeLimitMs = 2 ** 34 * 1000;

/** A value of a type that did not come with the others is not a number, as in collectd. */
export function valueListsOf(
  { parcels }: Pick<Delivery, "parcels">,
  { types, intervalMs, claims }: ListSettings,
): DeliveredLists {
  const sheet = createSheet(intervalMs);
  let [timeless, doubles] = [0, 0];
  for (const { metrics, host: measured, origin } of parcels) {
    const placeOf = (metric: Metric) => {
      const host = instance(metric.tags["host"] ?? measured);
      return origin === "collectd" ? returningPlace(metric, host, types) : ownPlace(metric, host);
    };
    for (const metric of metrics) {
      if (!isSayable(metric)) {
        timeless += 1;
        continue;
      }
      const place = placeOf(metric);
      if (claims.take(seriesOf(place), { metric, host: measured, origin })) sheet.put(place, metric);
      else doubles += 1;
    }
  }
  return { lists: sheet.lists, timeless, doubles };
}

function isSayable({ timestampMs }: Metric): boolean {
  return timestampMs > 0 && timestampMs < timeLimitMs;
}

function createSheet(intervalMs: number) {
  const lists: OpenList[] = [];
  /** By what they are of and when. */
  const open = new Map<string, OpenList>();
  /** Values of types with several of them that were given. */
  const given = new Set<string>();
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
    put(place: Place, { timestampMs, value }: Metric) {
      const key = keyOf(place, timestampMs);
      if (isDouble(key, place)) return;
      const list = open.get(key) ?? begin(place, timestampMs);
      open.set(key, list);
      list.values[place.source] = { kind: "gauge", value };
    },
  };
}

function keyOf({ host, plugin, pluginInstance, type, typeInstance }: Place, timeMs: number): string {
  return [timeMs, host, plugin, pluginInstance, type, typeInstance].join("\0");
}

function seriesOf({ host, plugin, pluginInstance, type, typeInstance, source }: Place): string {
  return [source, host, plugin, pluginInstance, type, typeInstance].join("\0");
}
