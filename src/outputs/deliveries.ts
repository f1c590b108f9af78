// Cuts a stretch of the journal into deliveries, and a refused delivery into halves.
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

/** Two deliveries of about the same size. Undefined for a single metric. */
export function halvesOf({ parcels, count }: Delivery): [Delivery, Delivery] | undefined {
  if (count < 2) return undefined;
  const before: Parcel[] = [];
  const behind: Parcel[] = [];
  let room = Math.floor(count / 2);
  for (const parcel of parcels) {
    const { length } = parcel.metrics;
    if (room >= length) before.push(parcel);
    else if (room <= 0) behind.push(parcel);
    else {
      before.push(part(parcel, 0, room));
      behind.push(part(parcel, room, length));
    }
    room -= length;
  }
  return [deliveryOf(before), deliveryOf(behind)];
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
  const [mark = "", first] = splitId(parcel.id);
  const metrics = parcel.metrics.slice(from, to);
  return { ...parcel, id: `${mark}-${first + from}-${metrics.length}`, metrics };
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
