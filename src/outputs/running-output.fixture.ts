// An output at work on a journal that the test fills, with a clock that the test moves.
import { onTestFinished } from "vitest";
import * as z from "zod";
import { testContext } from "../../test/support/context.ts";
import { type FakeClock, fakeClock } from "../../test/support/fake-clock.ts";
import type { Batch } from "../metric/metric.ts";
import type { Outlet, Place } from "./outlet.ts";
import { type Delivery, defineOutput, type Writer } from "./output.ts";
import { RunningOutput } from "./running-output.ts";

const place = (metric: number): Place => ({ batch: metric, record: metric, metric });

/** A journal of batches of one metric each, named by their numbers. */
function outletOf(
  count: number,
  advancing: () => Promise<void>,
): Outlet & { advanced: number[]; asked: object[]; add(more: number): void } {
  const batches: Batch[] = [];
  const advanced: number[] = [];
  const asked: object[] = [];
  let at = 0;
  const add = (more: number) => {
    for (let number = batches.length, end = number + more; number < end; number += 1)
      batches.push({
        origin: "append",
        host: number % 2 === 0 ? "" : "other",
        timestampMs: 1000,
        metrics: [{ name: `m${number}`, tags: {}, value: number, timestampMs: 1000 }],
      });
  };
  add(count);
  return {
    advanced,
    asked,
    add,
    read: async ({ records, bytes }) => {
      asked.push({ records, bytes });
      const to = Math.min(batches.length, at + records);
      const firstMetrics = Array.from({ length: to - at }, (_, offset) => at + offset);
      return { batches: batches.slice(at, to), firstMetrics, to: place(to) };
    },
    advance: async ({ metric }) => {
      await advancing();
      at = metric;
      advanced.push(metric);
    },
    get position() {
      return place(at);
    },
    get waiting() {
      return batches.length - at;
    },
    lost: 0,
    mark: "mark",
  };
}

interface Setting {
  readonly count?: number;
  readonly batch?: number;
  readonly write: Writer["write"];
  readonly close?: () => void;
  readonly reach?: () => Promise<void>;
  readonly onSent?: (delivery: Delivery) => void;
  /** Resolves when a move of the place is on disk. */
  readonly advancing?: () => Promise<void>;
}

export function run({
  count = 4,
  batch = 100,
  write,
  close,
  reach,
  onSent = () => {},
  advancing = async () => {},
}: Setting) {
  const clock: FakeClock = fakeClock();
  const outlet = outletOf(count, advancing);
  const context = { ...testContext(), clock };
  let opened = 0;
  const output = defineOutput({
    name: "trial",
    summary: "Tries.",
    batch,
    config: z.strictObject({}),
    open: () => {
      opened += 1;
      return { write, close: async () => close?.(), ...(reach === undefined ? {} : { reach }) };
    },
  });
  const plan = { name: "trial", output, settings: {}, batch, everyMs: 1000, deadlineMs: 5000 };
  const running = new RunningOutput(
    { ...plan, retryFirstMs: 100, retryLimitMs: 1000 },
    { ...context, outlet, hostname: "own", userAgent: "yagura/0", onSent },
  );
  running.start();
  onTestFinished(() => running.stop());
  return { running, clock, outlet, context, opened: () => opened };
}

export const namesOf = ({ parcels }: Delivery) =>
  parcels.flatMap(({ metrics }) => metrics.map(({ name }) => name));
