// Writers as the agent opens them, and deliveries for them.
import { onTestFinished } from "vitest";
import type { Metric, Origin } from "../../../src/metric/metric.ts";
import type { Delivery, Output, Parcel, Writer, WriterNeeds } from "../../../src/outputs/output.ts";
import { testContext } from "../context.ts";

let made = 0;

/** Closed when the test that asked is over. */
export async function writerOfTest(
  output: Output,
  config: object,
  needs: Partial<WriterNeeds> = {},
): Promise<Writer> {
  const { log, clock } = testContext();
  const writer = await output.open(output.config.parse(config), {
    log,
    clock,
    hostname: "agent-1",
    userAgent: "yagura/0.0.0",
    ...needs,
  });
  onTestFinished(() => writer.close());
  return writer;
}

export const soon = () => AbortSignal.timeout(10_000);

/** A metric of now. */
export function metric(given: Partial<Metric> = {}): Metric {
  return { name: "cpu.idle", tags: {}, value: 1, timestampMs: Date.now(), ...given };
}

export function parcel(metrics: readonly Metric[], host = "web01", origin: Origin = "collectors"): Parcel {
  const id = `parcel-${made}-${metrics.length}`;
  made += metrics.length;
  return { id, origin, host, timestampMs: Date.now(), metrics };
}

export function delivery(parcels: readonly Parcel[]): Delivery {
  made += 1;
  const count = parcels.reduce((sum, { metrics }) => sum + metrics.length, 0);
  return { id: `delivery-${made}`, sequence: made, parcels, count };
}

/** Of one host. */
export function deliveryOf(metrics: readonly Metric[], host = "web01"): Delivery {
  return delivery([parcel(metrics, host)]);
}

/** As others push them. */
export function pushed(metrics: readonly Metric[], host = "web01"): Delivery {
  return delivery([parcel(metrics, host, "push")]);
}

/** What a write rejects with. */
export async function rejectionOf(writing: Promise<unknown>): Promise<Error> {
  const thrown = await writing.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (thrown instanceof Error) return thrown;
  throw new Error("it was not rejected");
}
