// Cuts a stretch of the journal into deliveries, and a refused delivery into parts.
import type { Batch, Metric } from "../metric/metric.ts";
import type { Stretch } from "./outlet.ts";
import type { Delivery, Parcel } from "./output.ts";

interface Cut {
  /** Metrics of one delivery at most. */
  readonly atMost: number;
  /** Name of this host, for what was measured on it. */
  readonly hostname: string;
  /** Tells this journal's numbers from those of every other. */
  readonly mark: string;
}

/** Batches in order, none of them lost and none twice; a batch that is too large stands in several deliveries. */
export function deliveriesOf({ batches, firstMetrics }: Stretch, cut: Cut): Delivery[] {
  const deliveries: Delivery[] = [];
  let parcels: Parcel[] = [];
  let room = cut.atMost;
  const close = () => {
    if (parcels.length > 0) deliveries.push(deliveryOf(parcels));
    parcels = [];
    room = cut.atMost;
  };
  batches.forEach((batch, place) => {
    const first = firstMetrics[place] ?? 0;
    for (let from = 0; from < batch.metrics.length; ) {
      const metrics = batch.metrics.slice(from, from + room);
      parcels.push(parcelOf(batch, metrics, { number: first + from, ...cut }));
      from += metrics.length;
      room -= metrics.length;
      if (room === 0) close();
    }
  });
  close();
  return deliveries;
}

/** Two deliveries of about the same size; a single metric stays as it is. */
export function halvesOf(delivery: Delivery): readonly Delivery[] {
  return cutAt(delivery, [Math.floor(delivery.count / 2)]);
}

/** One metric, and what stands before and behind it. `place` counts on from the beginning when it is beyond the end. */
export function withOneAlone(delivery: Delivery, place: number): readonly Delivery[] {
  const at = place % delivery.count;
  return cutAt(delivery, [at, at + 1]);
}

/** The deliveries between the places, none of them empty. */
function cutAt({ parcels, count }: Delivery, places: readonly number[]): readonly Delivery[] {
  const bounds = [0, ...places, count];
  return bounds.slice(1).flatMap((to, number) => {
    const from = bounds[number] ?? 0;
    return to > from ? [deliveryOf(stretchOf(parcels, from, to))] : [];
  });
}

function stretchOf(parcels: readonly Parcel[], from: number, to: number): Parcel[] {
  const found: Parcel[] = [];
  let before = 0;
  for (const parcel of parcels) {
    const { length } = parcel.metrics;
    const [first, end] = [Math.max(from - before, 0), Math.min(to - before, length)];
    if (first === 0 && end === length) found.push(parcel);
    else if (first < end) found.push(part(parcel, first, end));
    before += length;
  }
  return found;
}

/** The id of some metrics of a parcel that stand behind each other: the same that a parcel of them alone has. */
export function idOfPart(parcelId: string, place: number, length: number): string {
  const [mark, first] = splitId(parcelId);
  return `${mark}-${first + place}-${length}`;
}

interface Numbered {
  /** Place of the first metric in the journal. */
  readonly number: number;
  readonly hostname: string;
  readonly mark: string;
}

function parcelOf(batch: Batch, metrics: readonly Metric[], { number, hostname, mark }: Numbered): Parcel {
  return {
    // With its length: after a restart the same first metric may stand at the head of a longer parcel.
    id: `${mark}-${number}-${metrics.length}`,
    origin: batch.origin,
    host: batch.host === "" ? hostname : batch.host,
    timestampMs: batch.timestampMs,
    metrics,
  };
}

function part(parcel: Parcel, from: number, to: number): Parcel {
  const metrics = parcel.metrics.slice(from, to);
  return { ...parcel, id: idOfPart(parcel.id, from, metrics.length), metrics };
}

function deliveryOf(parcels: readonly Parcel[]): Delivery {
  const [mark, sequence] = splitId(parcels[0]?.id ?? "");
  const count = parcels.reduce((sum, { metrics }) => sum + metrics.length, 0);
  return { id: `${mark}-${sequence}-${count}`, sequence, parcels, count };
}

function splitId(id: string): [string, number] {
  const [mark = "", number = "0"] = id.split("-");
  return [mark, Number(number)];
}
