// One measurement of the journal, or of the database beside it, in a process of its own. Prints JSON.
import { once } from "node:events";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { context, residentMiB } from "./bench-context.mjs";

const [what, part, directory] = process.argv.slice(2);
const { journalConfig, openJournal } = await import(part);
const names = Array.from({ length: 200 }, (_, number) => `host.metric${number}.with.a.usual.length`);
const batchCount = 5000;
const inFlight = 50;

/** 40 % counters, 30 % constants, 30 % noisy gauges, a batch each minute. */
function* batches() {
  const values = names.map((_, number) => number * 1000);
  let timestampMs = 1_700_000_000_000;
  for (let count = 0; count < batchCount; count += 1) {
    timestampMs += 60_000;
    const metrics = names.map((name, number) => {
      const kind = number % 10;
      if (kind < 4) values[number] += Math.floor(Math.random() * 1000);
      if (kind >= 7) values[number] = Math.random() * 100;
      return { name, tags: {}, value: values[number], timestampMs };
    });
    yield { origin: "append", host: "host", timestampMs, metrics };
  }
}

const config = journalConfig.parse({});
const openHere = () => openJournal(config, { ...context, directory });
const rate = (beganMs) => (batchCount * names.length * 1000) / (performance.now() - beganMs);

async function journalWrite() {
  const journal = await openHere();
  journal.reader("pull", ["append"]);
  const all = [...batches()];
  const began = performance.now();
  for (let place = 0; place < batchCount; place += inFlight)
    await Promise.all(all.slice(place, place + inFlight).map((batch) => journal.append([batch])));
  const perSecond = rate(began);
  const { sizeBytes } = journal.figures;
  await journal.stop();
  return { perSecond, bytes: sizeBytes };
}

async function journalRead() {
  const journal = await openHere();
  const reader = journal.reader("pull", ["append"]);
  const began = performance.now();
  let count = 0;
  for (let from; ; ) {
    const { batches: found, to } = await reader.read({ records: 1e9, bytes: 1e6 }, from);
    if (found.length === 0) break;
    for (const { metrics } of found) count += metrics.length;
    from = to;
  }
  return { perSecond: rate(began), count, residentMiB: residentMiB() };
}

async function journalOpen() {
  const began = performance.now();
  await openHere();
  return { ms: performance.now() - began, residentMiB: residentMiB() };
}

/** Each batch a deflated row of doubles under its time, the names known elsewhere. */
async function openLevel() {
  const { ClassicLevel } = await import("classic-level");
  const level = new ClassicLevel(directory, {
    valueEncoding: "buffer",
    writeBufferSize: 512 << 10,
    cacheSize: 512 << 10,
  });
  await level.open();
  return level;
}

async function levelWrite() {
  const level = await openLevel();
  const all = [...batches()];
  const began = performance.now();
  for (let place = 0; place < batchCount; place += inFlight) {
    const rows = all.slice(place, place + inFlight).map(({ timestampMs, metrics }) => {
      const row = Buffer.from(Float64Array.from(metrics, ({ value }) => value).buffer);
      const value = deflateRawSync(row, { level: constants.Z_BEST_SPEED });
      return { type: "put", key: String(timestampMs), value };
    });
    await level.batch(rows, { sync: true });
  }
  const perSecond = rate(began);
  await level.close();
  return { perSecond };
}

async function levelRead() {
  const level = await openLevel();
  const began = performance.now();
  let count = 0;
  for await (const [key, value] of level.iterator()) {
    const row = inflateRawSync(value);
    const values = new Float64Array(row.buffer, row.byteOffset, row.length / 8);
    const timestampMs = Number(key);
    const metrics = Array.from(values, (one, number) => ({
      name: names[number],
      tags: {},
      value: one,
      timestampMs,
    }));
    count += metrics.length;
  }
  return { perSecond: rate(began), count, residentMiB: residentMiB() };
}

/** What the disk allows: as many commits of as many bytes, with nothing in them. */
async function diskWrite() {
  const file = await open(join(directory, "raw"), "w");
  const bytes = Buffer.alloc(40_000, 7);
  const began = performance.now();
  for (let place = 0; place < batchCount; place += inFlight) {
    await file.write(bytes);
    await file.datasync();
  }
  return { perSecond: rate(began) };
}

const measurements = { journalWrite, journalRead, journalOpen, levelWrite, levelRead, diskWrite };
process.stdout.write(JSON.stringify(await measurements[what]()));
if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
process.exit(0);
