// A delivery → value lists: one for each metric, and one for those that are the values of one type together.
import type { CollectdValue, ValueList } from "../../../formats/collectd-packet/value-list.ts";
import type { CollectdTypes } from "../../../formats/collectd-types/parse-types-db.ts";
import type { Metric } from "../../../metric/metric.ts";
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
}

/** In milliseconds: 2^34 seconds end what the protocol can say. */
const timeLimitMs = 2 ** 34 * 1000;

/** A value of a type that did not come with the others is not a number, as in collectd. */
export function valueListsOf(
  { parcels }: Pick<Delivery, "parcels">,
  { types, intervalMs }: ListSettings,
): DeliveredLists {
  const sheet = createSheet(intervalMs);
  let timeless = 0;
  for (const { metrics, host: measured, origin } of parcels) {
    const host = instance(measured);
    const placeOf = (metric: Metric) =>
      origin === "collectd" ? returningPlace(metric, host, types) : ownPlace(metric, host);
    for (const metric of metrics) {
      const isTime = metric.timestampMs > 0 && metric.timestampMs < timeLimitMs;
      if (isTime) sheet.put(placeOf(metric), metric);
      else timeless += 1;
    }
  }
  return { lists: sheet.lists, timeless };
}

function createSheet(intervalMs: number) {
  const lists: OpenList[] = [];
  /** Those of several values, by what they are of. */
  const open = new Map<string, OpenList>();
  const begin = ({ source: _, sources, ...identifier }: Place, timeMs: number): OpenList => {
    const values = Array.from({ length: sources }, () => ({ kind: "gauge" as const, value: Number.NaN }));
    const list = { ...identifier, timeMs, intervalMs, values };
    lists.push(list);
    return list;
  };
  return {
    lists,
    put(place: Place, { timestampMs, value }: Metric) {
      const key = place.sources === 1 ? undefined : keyOf(place, timestampMs);
      const known = key === undefined ? undefined : open.get(key);
      const list = known ?? begin(place, timestampMs);
      if (key !== undefined) open.set(key, list);
      list.values[place.source] = { kind: "gauge", value };
    },
  };
}

function keyOf({ host, plugin, pluginInstance, type, typeInstance }: Place, timeMs: number): string {
  return [timeMs, host, plugin, pluginInstance, type, typeInstance].join("\0");
}
