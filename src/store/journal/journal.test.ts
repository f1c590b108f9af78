import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import {
  batchOf,
  bulky,
  drain,
  everything,
  hosts,
  metricsIn,
  type OpenedJournal,
  openJournalOfTest,
  segmentsIn,
} from "../../../test/support/journals.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";

it("gives batches once and in order, and nothing afterwards (C8, C10, C11)", async () => {
  const { journal, pull } = await openJournalOfTest(directoryOfTest());
  await journal.append([batchOf("a"), batchOf("b")]);
  await journal.append([batchOf("c", -0, { metrics: [] })]);
  const { batches } = await pull.drain(everything);
  expect(batches).toMatchObject([batchOf("a"), batchOf("b"), batchOf("c", -0, { metrics: [] })]);
  expect((await pull.drain(everything)).batches).toEqual([]);
});

it("gives to a reader that came when there was nothing", async () => {
  const { journal, pull } = await openJournalOfTest(directoryOfTest());
  expect((await pull.drain(everything)).batches).toEqual([]);
  await journal.append([batchOf("a")]);
  expect(hosts((await pull.drain(everything)).batches)).toEqual(["a"]);
});

it("counts a second's batches as one record (C9, C12, C14)", async () => {
  const clock = fakeClock();
  const { journal, pull } = await openJournalOfTest(directoryOfTest(), {}, { clock });
  for (const host of ["a", "b"]) await journal.append([batchOf(host)]);
  expect(journal.figures.end).toEqual({ batch: 2, record: 1, metric: 2 });
  await clock.advance(1000);
  await journal.append([batchOf("c")]);
  expect(journal.figures).toMatchObject({ end: { record: 2 }, newestMs: clock.now() });
  expect(hosts((await pull.drain({ ...everything, records: 1 })).batches)).toEqual(["a", "b"]);
  expect(hosts((await pull.drain({ ...everything, records: 1 })).batches)).toEqual(["c"]);
});

it("drops what is older than its age, once something newer comes (C13)", async () => {
  const clock = fakeClock();
  const { journal, pull, lost } = await openJournalOfTest(directoryOfTest(), { max_age: "1h" }, { clock });
  await journal.append([batchOf("old")]);
  await clock.advance(3_601_000);
  await journal.append([batchOf("new")]);
  expect(hosts(await drain(pull))).toEqual(["new"]);
  expect(lost("age")).toBe(1);
});

it("keeps what is just as old as its age", async () => {
  const clock = fakeClock();
  const directory = directoryOfTest();
  const { journal, pull, lost } = await openJournalOfTest(
    directory,
    { max_age: "1h", max_size: "1MiB" },
    { clock },
  );
  for (let round = 0; round < 6; round += 1) await journal.append([bulky(`h${round}`)]);
  const before = segmentsIn(directory).length;
  expect(before).toBeGreaterThan(1);
  await clock.advance(3_600_000);
  await journal.append([batchOf("new")]);
  await journal.stop();
  expect(segmentsIn(directory)).toHaveLength(before);
  expect(hosts(await drain(pull))).toEqual(["h0", "h1", "h2", "h3", "h4", "h5", "new"]);
  expect(lost("age")).toBe(0);
});

it("lets nothing expire because of a clock that runs ahead for a while", async () => {
  const clock = fakeClock();
  const directory = directoryOfTest();
  const { journal, pull } = await openJournalOfTest(
    directory,
    { max_age: "1h", max_size: "1MiB" },
    { clock },
  );
  for (let round = 0; round < 15; round += 1) await journal.append([bulky(`before${round}`)]);
  expect(segmentsIn(directory).length).toBeGreaterThan(2);
  clock.jump(365 * 86_400_000);
  await journal.append([batchOf("ahead")]);
  const whileAhead = hosts(await drain(pull));
  expect([whileAhead.length, whileAhead[0], whileAhead.at(-1)]).toEqual([16, "before0", "ahead"]);
  clock.jump(-365 * 86_400_000);
  await clock.advance(1000);
  await journal.append([batchOf("after")]);
  expect(hosts(await drain(pull))).toEqual(["after"]);
});

it("goes on after a restart, for each reader where it was", async () => {
  const directory = directoryOfTest();
  const first = await openJournalOfTest(directory);
  const other = first.journal.reader("other", ["append"]);
  await first.journal.append([batchOf("a")]);
  await drain(first.pull);
  await first.journal.append([batchOf("b")]);
  expect(hosts(await drain(other))).toEqual(["a", "b"]);
  await first.journal.append([batchOf("c")]);
  await first.journal.stop();
  const second = await openJournalOfTest(directory);
  expect(segmentsIn(directory)).toHaveLength(1);
  await second.journal.append([batchOf("d")]);
  expect(hosts(await drain(second.pull))).toEqual(["b", "c", "d"]);
  expect(hosts(await drain(second.journal.reader("other", ["append"])))).toEqual(["c", "d"]);
  expect(segmentsIn(directory)).toHaveLength(1);
});

it("keeps only what some reader wants, and shows each reader its own", async () => {
  const { journal, pull } = await openJournalOfTest(directoryOfTest());
  await journal.append([batchOf("x", 1, { origin: "collectors" })]);
  expect(journal.figures.sizeBytes).toBe(0);
  const all = journal.reader("all", ["collectors", "append"]);
  await journal.append([batchOf("y", 1, { origin: "collectors" }), batchOf("z")]);
  expect(hosts(await drain(pull))).toEqual(["z"]);
  expect(hosts(await drain(all))).toEqual(["y", "z"]);
});

it("reads again what was not acknowledged", async () => {
  const { journal, pull } = await openJournalOfTest(directoryOfTest());
  await journal.append([batchOf("a")]);
  await journal.append([batchOf("b")]);
  const one = { ...everything, bytes: 1 };
  const first = await pull.read(one);
  expect(hosts(first.batches)).toEqual(["a"]);
  expect(hosts((await pull.read(one, first.to)).batches)).toEqual(["b"]);
  expect(hosts((await pull.read(one)).batches)).toEqual(["a"]);
  await pull.advance(first.to);
  expect(hosts((await pull.read(everything)).batches)).toEqual(["b"]);
});

it("goes back for no acknowledgement that comes late, or twice", async () => {
  const { journal, pull } = await openJournalOfTest(directoryOfTest());
  for (const host of ["a", "b", "c"]) await journal.append([batchOf(host)]);
  const one = { ...everything, bytes: 1 };
  const first = await pull.read(one);
  const second = await pull.read(one, first.to);
  await pull.advance(second.to);
  for (const late of [second.to, first.to]) await pull.advance(late);
  expect(pull.position).toEqual(second.to);
  expect(hosts((await pull.read(everything)).batches)).toEqual(["c"]);
});

it("writes what is offered within a second, together", async () => {
  const clock = fakeClock();
  const { journal, pull } = await openJournalOfTest(directoryOfTest(), {}, { clock });
  for (const host of ["a", "b"]) journal.offer([batchOf(host)]);
  expect(journal.figures.sizeBytes).toBe(0);
  await clock.advance(1000);
  await journal.append([batchOf("c")]);
  expect(hosts(await drain(pull))).toEqual(["a", "b", "c"]);
});

it("stays within its bytes, and counts for each reader what had to go", async () => {
  const directory = directoryOfTest();
  const { journal, pull, lost } = await openJournalOfTest(directory, { max_size: "1MiB" });
  journal.reader("quick", ["append"]);
  for (let round = 0; round < 120; round += 1) {
    await journal.append([bulky(`h${round}`)]);
    if (round % 10 === 9) await drain(journal.reader("quick", ["append"]));
    const onDisk = segmentsIn(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
    expect(onDisk).toBeLessThanOrEqual(1024 * 1024);
  }
  const left = await drain(pull);
  expect(left.length * 2000 + lost("size")).toBe(120 * 2000);
  expect(left.length).toBeGreaterThan(30);
  expect(hosts(left).at(-1)).toBe("h119");
  expect(lost("size", "quick")).toBe(0);
});

it("lets go of what everybody has read", async () => {
  const directory = directoryOfTest();
  const { journal, pull } = await openJournalOfTest(directory, { max_size: "1MiB" });
  for (let round = 0; round < 20; round += 1) await journal.append([bulky("h")]);
  expect(segmentsIn(directory).length).toBeGreaterThan(3);
  await drain(pull);
  await journal.append([batchOf("next")]);
  await expect.poll(() => segmentsIn(directory).length).toBeLessThanOrEqual(2);
});

it("lets go of a segment as soon as the last metric in it was read", async () => {
  const directory = directoryOfTest();
  const { journal, pull } = await openJournalOfTest(directory, { max_size: "1MiB" });
  for (let round = 0; round < 12; round += 1) await journal.append([bulky("h")]);
  const [oldest = "", next = ""] = segmentsIn(directory).sort();
  let { to } = await pull.read({ ...everything, bytes: 1 });
  while (to.batch < Number(next.slice(0, 16))) ({ to } = await pull.read({ ...everything, bytes: 1 }, to));
  expect(to.batch).toBe(Number(next.slice(0, 16)));
  await pull.advance(to);
  await journal.stop();
  expect(segmentsIn(directory)).not.toContain(oldest);
  expect(segmentsIn(directory)).toContain(next);
});

it("holds back what a reader has not read that nobody has asked for since the start", async () => {
  const directory = directoryOfTest();
  const first = await openJournalOfTest(directory, { max_size: "1MiB" });
  first.journal.reader("slow", ["append"]);
  await first.journal.register("slow");
  for (let round = 0; round < 12; round += 1) await first.journal.append([bulky(`h${round}`)]);
  await first.journal.stop();
  const before = segmentsIn(directory);
  expect(before.length).toBeGreaterThan(2);
  const second = await openJournalOfTest(directory, { max_size: "1MiB" });
  expect(await drain(second.pull)).toHaveLength(12);
  await second.journal.stop();
  expect(segmentsIn(directory)).toEqual(before);
  const third = await openJournalOfTest(directory, { max_size: "1MiB" });
  expect(await drain(third.journal.reader("slow", ["append"]))).toHaveLength(12);
});

it("refuses more than it can hold at once", async () => {
  const { journal } = await openJournalOfTest(directoryOfTest(), { max_size: "1MiB" });
  const parts = Array.from({ length: 60 }, () => bulky("h"));
  await expect(journal.append(parts)).rejects.toMatchObject({ code: "journal.too-large" });
  expect(journal.figures.paused).toBeUndefined();
  await journal.append([batchOf("small")]);
});

it("tells its bytes, and whether it can be written, as telemetry", async () => {
  const directory = join(directoryOfTest(), "journal");
  const { journal, context } = await openJournalOfTest(directory);
  const sample = (wanted: string) => context.telemetry.samples().find(({ name }) => name === wanted)?.value;
  await journal.append([batchOf("a")]);
  expect(sample("journal_bytes")).toBe(journal.figures.sizeBytes);
  expect(journal.figures.sizeBytes).toBeGreaterThan(0);
  expect([sample("journal_paused"), sample("journal_waiting")]).toEqual([0, 0]);
  rmSync(directory, { recursive: true });
  writeFileSync(directory, "in the way");
  await expect(journal.append([batchOf("b")])).rejects.toMatchObject({ code: "journal.failed" });
  expect(sample("journal_paused")).toBe(1);
});

it("gives as many bytes as are asked for, tags among them", async () => {
  const { journal, pull } = await openJournalOfTest(directoryOfTest());
  const tagged = (host: string) =>
    batchOf(host, 1, { metrics: [{ name: "name", tags: { key: "value" }, value: 1, timestampMs: 101_000 }] });
  await journal.append([tagged("a"), tagged("b"), tagged("c")]);
  // 60 and the host, the name and 25, key and value and 2.
  const each = 60 + 1 + 4 + 25 + 3 + 5 + 2;
  const given = async (bytes: number) => hosts((await pull.read({ records: 60, bytes })).batches);
  expect(await given(2 * each)).toEqual(["a", "b"]);
  expect(await given(2 * each - 1)).toEqual(["a"]);
  expect(await given(3 * each)).toEqual(["a", "b", "c"]);
});

it("writes nothing while the disk has too little room, and says so once", async () => {
  const { journal, context } = await openJournalOfTest(directoryOfTest(), { min_free: "1000000GiB" });
  for (let round = 0; round < 3; round += 1)
    await expect(journal.append([batchOf("x")])).rejects.toMatchObject({ code: "journal.full" });
  expect(journal.figures.paused).toMatch(/bytes left/);
  const refused = context.telemetry.samples().find(({ name }) => name === "journal_refused_total");
  expect(refused?.value).toBe(3);
  expect(context.lines.filter((line) => line.includes("cannot be written"))).toHaveLength(1);
});

it("goes on when a directory that could not be used can be used again", async () => {
  const directory = join(directoryOfTest(), "journal");
  writeFileSync(directory, "in the way");
  const { journal, pull, context } = await openJournalOfTest(directory);
  await expect(journal.append([batchOf("lost")])).rejects.toMatchObject({ code: "journal.failed" });
  rmSync(directory);
  for (const host of ["kept", "also"]) await journal.append([batchOf(host)]);
  expect(hosts(await drain(pull))).toEqual(["kept", "also"]);
  expect(context.lines.filter((line) => line.includes("is written again"))).toHaveLength(1);
  expect(journal.figures.paused).toBeUndefined();
});

/** A journal of some frames in one segment, closed. */
async function written(directory: string, count = 5): Promise<string> {
  const { journal } = await openJournalOfTest(directory);
  for (let number = 0; number < count; number += 1) await journal.append([batchOf(`h${number}`, number)]);
  await journal.stop();
  return join(directory, segmentsIn(directory)[0] ?? "");
}

it.each([1, 10, 60, 80])("cuts off a torn end of %i bytes and goes on behind it", async (bytes) => {
  const directory = directoryOfTest();
  const path = await written(directory);
  writeFileSync(path, readFileSync(path).subarray(0, -bytes));
  const { journal, pull, context } = await openJournalOfTest(directory);
  await journal.append([batchOf("new")]);
  expect(hosts(await drain(pull))).toEqual(["h0", "h1", "h2", "h3", "new"]);
  expect(context.lines.join("")).toContain("half written");
});

it("skips a frame with a flipped bit, and counts what was in it", async () => {
  const directory = directoryOfTest();
  const path = await written(directory);
  const bytes = readFileSync(path);
  const place = 16 + 64 + 4;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const { journal, pull, lost } = await openJournalOfTest(directory);
  await journal.append([batchOf("new", 9, { metrics: [] })]);
  const left = await drain(pull);
  expect(hosts(left).at(-1)).toBe("new");
  expect(left.reduce((sum, { metrics }) => sum + metrics.length, 0) + lost("damage")).toBe(5);
  expect(lost("damage")).toBeGreaterThan(0);
});

it("loses only what lies in a region of zeros", async () => {
  const directory = directoryOfTest();
  const path = await written(directory, 50);
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0, bytes.length - 300, bytes.length - 100));
  const { journal, pull, lost } = await openJournalOfTest(directory);
  await journal.append([batchOf("new", 9, { metrics: [] })]);
  const left = await drain(pull);
  expect(left.length).toBeGreaterThan(40);
  expect(left.length - 1 + lost("damage")).toBe(50);
});

it.each([
  ["zeroed", (bytes: Buffer) => bytes.fill(0), "damaged"],
  ["truncated to nothing", () => Buffer.alloc(0), "damaged"],
  [
    "written by a newer version",
    (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 8), Buffer.from([9]), bytes.subarray(9)]),
    "newer",
  ],
] as const)("sets a segment aside that is %s, and goes on", async (_what, change, suffix) => {
  const directory = directoryOfTest();
  const path = await written(directory);
  writeFileSync(path, change(readFileSync(path)));
  const { journal, pull, context } = await openJournalOfTest(directory);
  await journal.append([batchOf("new")]);
  expect(hosts(await drain(pull))).toEqual(["new"]);
  expect(existsSync(`${path}.${suffix}`)).toBe(true);
  expect(context.lines.join("")).toContain("set aside");
});

it("hands out no number twice, even when the end is lost that a reader had seen", async () => {
  const directory = directoryOfTest();
  const path = await written(directory);
  const early = readFileSync(path).subarray(0, 16 + 64 + 40);
  const first = await openJournalOfTest(directory);
  await drain(first.pull);
  await first.journal.stop();
  writeFileSync(path, early);
  const second = await openJournalOfTest(directory);
  await second.journal.append([batchOf("new")]);
  expect(hosts(await drain(second.pull))).toEqual(["new"]);
});

it("reads again rather than losing, when the readers' places cannot be read", async () => {
  const directory = directoryOfTest();
  const first = await openJournalOfTest(directory);
  await first.journal.append([batchOf("a")]);
  await drain(first.pull);
  await first.journal.append([batchOf("b")]);
  await first.journal.stop();
  writeFileSync(join(directory, "cursors.json"), '{"version":1,"cursors":{"pull":{"batch":"x"}}}');
  const { pull, context } = await openJournalOfTest(directory);
  expect(hosts(await drain(pull))).toEqual(["a", "b"]);
  expect(context.lines.join("")).toContain("begin at the oldest");
  expect(readFileSync(join(directory, "cursors.json.damaged"), "utf8")).toContain('"batch":"x"');
});

it("reads over a segment in the middle that is gone or damaged", async () => {
  const directory = directoryOfTest();
  const { journal } = await openJournalOfTest(directory, { max_size: "1MiB" });
  for (let round = 0; round < 30; round += 1) await journal.append([bulky(`h${round}`)]);
  await journal.stop();
  const [, gone, swapped, good] = segmentsIn(directory).sort();
  rmSync(join(directory, gone ?? ""));
  copyFileSync(join(directory, good ?? ""), join(directory, swapped ?? ""));
  const second = await openJournalOfTest(directory, { max_size: "1MiB" });
  const left = hosts(await drain(second.pull));
  expect(left[0]).toBe("h0");
  expect(left.at(-1)).toBe("h29");
  expect(new Set(left).size).toBe(left.length);
});

it("forgets a reader that is not wanted any more", async () => {
  const { journal } = await openJournalOfTest(directoryOfTest());
  await journal.reader("gone", ["append"]).advance({ batch: 1, record: 1, metric: 1 });
  expect(journal.readers).toContain("gone");
  await journal.forget("gone");
  expect(journal.readers).not.toContain("gone");
});

it("has forgotten a reader for good: it is not there after a restart", async () => {
  const directory = directoryOfTest();
  const first = await openJournalOfTest(directory);
  await first.journal.register("gone");
  await first.journal.register("stays");
  await first.journal.forget("gone");
  await first.journal.stop();
  const { journal } = await openJournalOfTest(directory);
  expect(journal.readers).toContain("stays");
  expect(journal.readers).not.toContain("gone");
});

it("counts a loss once, however often it is looked at", async () => {
  const clock = fakeClock();
  const { journal, pull, lost } = await openJournalOfTest(directoryOfTest(), { max_age: "1h" }, { clock });
  await journal.append([bulky("old")]);
  await clock.advance(3_601_000);
  await journal.append([batchOf("new")]);
  for (let look = 0; look < 5; look += 1)
    expect(hosts((await pull.read(everything)).batches)).toEqual(["new"]);
  await drain(pull);
  expect(lost("age")).toBe(2000);
});

it("takes batches without metrics for something: a commit and a slice have an end", async () => {
  const { journal, pull } = await openJournalOfTest(directoryOfTest());
  const empty = Array.from({ length: 30_000 }, (_, number) => batchOf(`h${number}`, 0, { metrics: [] }));
  for (let round = 0; round < 4; round += 1) await journal.append(empty);
  const first = await pull.read({ records: 60, bytes: 60_000 });
  expect(first.batches.length).toBeLessThan(2000);
  expect(await drain(pull)).toHaveLength(120_000);
});

it("skips nothing that cannot be read for a moment", async () => {
  const directory = directoryOfTest();
  const { journal, pull } = await openJournalOfTest(directory, { max_size: "1MiB" });
  for (let round = 0; round < 20; round += 1) await journal.append([bulky(`h${round}`)]);
  const [, hidden = ""] = segmentsIn(directory).sort();
  renameSync(join(directory, hidden), join(directory, "elsewhere"));
  mkdirSync(join(directory, hidden));
  await expect(drain(pull)).rejects.toMatchObject({ code: "journal.failed" });
  rmdirSync(join(directory, hidden));
  renameSync(join(directory, "elsewhere"), join(directory, hidden));
  const rest = hosts(await drain(pull));
  expect(rest.at(-1)).toBe("h19");
  expect(new Set(rest).size).toBe(rest.length);
});

it("gives what comes after a write that failed to readers that were waiting", async () => {
  const directory = join(directoryOfTest(), "journal");
  const { journal, pull } = await openJournalOfTest(directory);
  expect((await pull.drain(everything)).batches).toEqual([]);
  rmSync(directory, { recursive: true });
  writeFileSync(directory, "in the way");
  await expect(journal.append([batchOf("lost")])).rejects.toMatchObject({ code: "journal.failed" });
  expect((await pull.drain(everything)).batches).toEqual([]);
  rmSync(directory);
  await expect
    .poll(() =>
      journal.append([batchOf("kept")]).then(
        () => "kept",
        () => "refused",
      ),
    )
    .toBe("kept");
  expect(hosts(await drain(pull))).toEqual(["kept"]);
});

it("reads on in the newest segment when only its head is damaged", async () => {
  const directory = directoryOfTest();
  const path = await written(directory);
  const bytes = readFileSync(path);
  bytes[3] = (bytes[3] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const { journal, pull, lost } = await openJournalOfTest(directory);
  await journal.append([batchOf("new")]);
  expect(hosts(await drain(pull))).toEqual(["h0", "h1", "h2", "h3", "h4", "new"]);
  expect(lost("damage")).toBe(0);
});

it("keeps its counts when the first frame of the newest segment is torn", async () => {
  const directory = directoryOfTest();
  const { journal } = await openJournalOfTest(directory, { max_size: "1MiB" });
  for (let round = 0; round < 12; round += 1) await journal.append([bulky(`h${round}`)]);
  await journal.stop();
  const [before, newest] = segmentsIn(directory).sort().slice(-2);
  const path = join(directory, newest ?? "");
  writeFileSync(path, readFileSync(path).subarray(0, 300));
  const second = await openJournalOfTest(directory, { max_size: "1MiB" });
  const { end } = second.journal.figures;
  expect(end).toEqual({
    batch: Number(newest?.slice(0, 16)),
    record: expect.any(Number),
    metric: end.batch * 2000,
  });
  expect(end.batch).toBeGreaterThan(Number(before?.slice(0, 16)));
});

it("refuses one that is too large, and not those that wait with it", async () => {
  const { journal, pull } = await openJournalOfTest(directoryOfTest(), { max_size: "1MiB" });
  const large = Array.from({ length: 60 }, () => bulky("large"));
  const results = await Promise.allSettled([
    journal.append([batchOf("first")]),
    journal.append([batchOf("small")]),
    journal.append(large),
    journal.append([batchOf("other")]),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  expect(hosts(await drain(pull))).toEqual(["first", "small", "other"]);
});

it("takes up the readers' places when the directory can be used again", async () => {
  const directory = join(directoryOfTest(), "journal");
  const first = await openJournalOfTest(directory);
  await first.journal.append([batchOf("a")]);
  await first.journal.append([batchOf("b")]);
  await first.pull.advance((await first.pull.read({ ...everything, bytes: 1 })).to);
  await first.journal.stop();
  renameSync(directory, `${directory}-away`);
  writeFileSync(directory, "in the way");
  const second = await openJournalOfTest(directory);
  expect(second.journal.figures.isOpen).toBe(false);
  rmSync(directory);
  renameSync(`${directory}-away`, directory);
  await second.journal.append([batchOf("c")]);
  expect(hosts(await drain(second.pull))).toEqual(["b", "c"]);
});

it.each([
  ["the oldest", 0],
  ["one in the middle", 2],
  ["the newest, which is written to,", -1],
])("goes past %s segment when its file is removed, and counts what was in it", async (_what, which) => {
  const directory = directoryOfTest();
  const { journal, pull, lost } = await openJournalOfTest(directory, { max_size: "1MiB" });
  for (let round = 0; round < 20; round += 1) await journal.append([bulky(`h${round}`)]);
  rmSync(join(directory, segmentsIn(directory).sort().at(which) ?? ""));
  await journal.append([batchOf("new")]);
  const left = await drain(pull);
  expect(hosts(left).at(-1)).toBe("new");
  expect(lost("damage")).toBeGreaterThan(0);
  expect(metricsIn(left) + lost("damage")).toBe(20 * 2000 + 1);
});

it("goes on with its numbers when its directory is removed, and counts what was in it", async () => {
  const directory = join(directoryOfTest(), "journal");
  const { journal, pull, lost } = await openJournalOfTest(directory);
  const { mark } = journal;
  await journal.append([batchOf("a"), batchOf("b")]);
  await pull.advance((await pull.read({ ...everything, bytes: 1 })).to);
  rmSync(directory, { recursive: true });
  await journal.append([batchOf("c")]);
  expect((await pull.read(everything)).firstMetrics).toEqual([2]);
  expect(hosts(await drain(pull))).toEqual(["c"]);
  expect(lost("damage")).toBe(1);
  await journal.stop();
  const again = await openJournalOfTest(directory);
  await again.journal.append([batchOf("d")]);
  expect(again.journal.figures.end.metric).toBe(4);
  expect(again.journal.mark).toBe(mark);
});

it("counts what was in a directory that is removed also for a reader that has no place yet", async () => {
  const directory = join(directoryOfTest(), "journal");
  const { journal, pull, lost } = await openJournalOfTest(directory);
  await journal.append([batchOf("a"), batchOf("b")]);
  rmSync(directory, { recursive: true });
  await journal.append([batchOf("c")]);
  expect(lost("damage")).toBe(2);
  expect(hosts(await drain(pull))).toEqual(["c"]);
});

it("waits at its stop for places that are being written", async () => {
  const directory = directoryOfTest();
  const { journal, pull } = await openJournalOfTest(directory);
  for (const host of ["a", "b"]) await journal.append([batchOf(host)]);
  const { to } = await pull.read({ ...everything, bytes: 1 });
  const moving = Promise.all([pull.advance(to), journal.register("other")]);
  // The moves have begun.
  await Promise.resolve();
  await journal.stop();
  const again = await openJournalOfTest(directory);
  expect(hosts(await drain(again.pull))).toEqual(["b"]);
  expect(again.journal.readers).toContain("other");
  await moving;
});

it("has the same mark as long as its numbers go on, and another one when they begin anew", async () => {
  const directory = join(directoryOfTest(), "journal");
  const mark = async () => {
    const { journal } = await openJournalOfTest(directory);
    await journal.append([batchOf("a")]);
    await journal.stop();
    return journal.mark;
  };
  const first = await mark();
  expect(await mark()).toBe(first);
  for (const name of readdirSync(directory)) if (name !== "mark") rmSync(join(directory, name));
  const second = await mark();
  expect(second).not.toBe(first);
  rmSync(directory, { recursive: true });
  expect([first, second]).not.toContain(await mark());
});

it("counts what goes only for those who wanted it", async () => {
  const { journal, lost } = await openJournalOfTest(directoryOfTest(), { max_size: "1MiB" });
  journal.reader("all", ["collectors", "append"]);
  const mine = journal.reader("mine", ["append"]);
  const empty = batchOf("x", 1, { metrics: [] });
  for (let round = 0; round < 80; round += 1) {
    await journal.append([{ ...bulky("c"), origin: "collectors" }]);
    await journal.append([round === 0 ? batchOf("a") : empty]);
  }
  expect(lost("size", "all")).toBeGreaterThan(2000);
  expect(lost("size", "all") % 2000).toBe(1);
  expect([lost("size", "mine"), journal.lostBy("mine")]).toEqual([1, 1]);
  await mine.advance((await mine.read(everything)).to);
});

it("holds nothing back for a reader that wants nothing of it, also after a restart", async () => {
  const directory = directoryOfTest();
  const write = async ({ journal }: OpenedJournal) => {
    const all = journal.reader("all", ["collectors", "append"]);
    for (let round = 0; round < 15; round += 1)
      await journal.append([{ ...bulky("c"), origin: "collectors" }]);
    return all;
  };
  const first = await openJournalOfTest(directory, { max_size: "1MiB" });
  await write(first);
  await first.journal.stop();
  expect(segmentsIn(directory).length).toBeGreaterThan(3);
  const second = await openJournalOfTest(directory, { max_size: "1MiB" });
  await drain(await write(second));
  await expect.poll(() => segmentsIn(directory).length).toBe(1);
  await second.journal.append([batchOf("mine")]);
  for (let round = 0; round < 15; round += 1)
    await second.journal.append([{ ...bulky("c"), origin: "collectors" }]);
  await drain(second.journal.reader("all", ["collectors", "append"]));
  expect(hosts(await drain(second.pull))).toEqual(["mine"]);
});

it("counts no loss for a reader that was never asked, and all of them once it was", async () => {
  const { journal, lost } = await openJournalOfTest(directoryOfTest(), { max_size: "1MiB" });
  const reader = journal.reader("unasked", ["append"], "once moved");
  const fill = async () => {
    for (let round = 0; round < 100; round += 1) await journal.append([bulky("h")]);
  };
  await fill();
  expect(lost("size", "unasked")).toBe(0);
  expect((await reader.drain(everything)).batches.length).toBeGreaterThan(0);
  await fill();
  expect(lost("size", "unasked")).toBeGreaterThan(0);
});
