// Replays the recording of a host into a history, and asks it. Prints JSON.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { context, residentMiB } from "./bench-context.mjs";

const [what, part, directory, recording] = process.argv.slice(2);
const { historyConfig, openHistory } = await import(part);
const { startSeconds, series, batches } = JSON.parse(gunzipSync(readFileSync(recording)).toString());
const hourMs = 3_600_000;
const firstMs = startSeconds * 1000;
const keys = series.map((key) => {
  const [name, ...tags] = key.split(";");
  return { name, tags: Object.fromEntries(tags.map((tag) => tag.split("="))) };
});

/** A batch is its second, its series' numbers (or the first of a row of them), and its values. */
function metricsOf([, numbers, ...values], timestampMs) {
  const numberAt = (place) => (typeof numbers === "number" ? numbers + place : numbers[place]);
  return values.map((value, place) => ({ ...keys[numberAt(place)], value, timestampMs }));
}

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
  let flushedMs = 0;
  for (let hour = 0; hour < hours; hour += 1)
    for (const batch of batches) {
      const timestampMs = firstMs + batch[0] * 1000 + hour * hourMs;
      await goTo(timestampMs);
      const metrics = metricsOf(batch, timestampMs);
      history.record({ origin: "collectors", host: "", timestampMs, metrics });
      points += metrics.length;
      // Time goes faster here than disks do: each minute waits for what it has to write.
      if (nowMs - flushedMs < 60_000) continue;
      flushedMs = nowMs;
      await history.flush();
    }
  return points;
}

/** Points that the history did not take. */
const counted = new Map();
const telemetry = {
  ...context.telemetry,
  counter: (name) => ({ add: (amount) => counted.set(name, (counted.get(name) ?? 0) + amount), value: 0 }),
};
const refused = () =>
  [...counted]
    .filter(([name]) => /refused|overflow|dropped|lost/.test(name))
    .reduce((sum, [, count]) => sum + count, 0);

const open = () => openHistory(historyConfig.parse({}), { ...context, telemetry, clock, directory });

async function hour() {
  const history = await open();
  const points = await replay(history, 1);
  const resident = residentMiB();
  await history.stop();
  return { points, refused: refused(), residentMiB: resident };
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
  return { times, figures, refused: refused(), residentMiB: residentMiB() };
}

async function days() {
  const history = await open();
  const points = await replay(history, 24 * Number(process.env.HISTORY_DAYS));
  await history.stop();
  return { points, refused: refused(), residentMiB: residentMiB() };
}

process.stdout.write(JSON.stringify(await { hour, day, days }[what]()));
if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
process.exit(0);
