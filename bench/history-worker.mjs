// Replays the recording of a host into a history, and asks it. Prints JSON.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { context, residentMiB } from "./bench-context.mjs";

const [what, part, directory, recording] = process.argv.slice(2);
const { historyConfig, openHistory } = await import(part);
const { batches } = JSON.parse(gunzipSync(readFileSync(recording)).toString());
const hourMs = 3_600_000;
const firstMs = batches[0].timeMs;

/** Time goes as the recording goes; timers fall due on the way. */
let nowMs = firstMs;
const timers = new Set();
const clock = {
  now: () => nowMs,
  monotonicMs: () => nowMs - firstMs,
  after(delayMs, run) {
    const timer = { atMs: nowMs + delayMs, run };
    timers.add(timer);
    return { cancel: () => timers.delete(timer) };
  },
};

async function goTo(timeMs) {
  for (;;) {
    const [next] = [...timers]
      .filter(({ atMs }) => atMs <= timeMs)
      .sort((one, other) => one.atMs - other.atMs);
    if (next === undefined) break;
    timers.delete(next);
    nowMs = Math.max(nowMs, next.atMs);
    next.run();
    // Writing goes through the thread pool: some turns of the loop are needed.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  nowMs = timeMs;
}

async function replay(history, hours) {
  let points = 0;
  for (let hour = 0; hour < hours; hour += 1)
    for (const { timeMs, series } of batches) {
      const timestampMs = timeMs + hour * hourMs;
      await goTo(timestampMs);
      const metrics = series.map(([name, tags, value]) => ({ name, tags, value, timestampMs }));
      history.record({ origin: "collectors", host: "", timestampMs, metrics });
      points += metrics.length;
    }
  return points;
}

const open = () => openHistory(historyConfig.parse({}), { ...context, clock, directory });

async function hour() {
  const history = await open();
  const points = await replay(history, 1);
  const resident = residentMiB();
  await history.stop();
  return { points, residentMiB: resident };
}

async function day() {
  const history = await open();
  await replay(history, 24);
  const keys = (await history.series({ prefix: "" })).filter((_, place) => place % 7 === 0);
  const times = [];
  for (const key of keys) {
    const began = performance.now();
    const { points } = await history.query({ key, fromMs: nowMs - 24 * hourMs, toMs: nowMs, stepMs: 10_000 });
    times.push({ ms: performance.now() - began, points: points.length });
  }
  const figures = history.figures();
  await history.stop();
  return { times, figures, residentMiB: residentMiB() };
}

process.stdout.write(JSON.stringify(await { hour, day }[what]()));
if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
process.exit(0);
