// Events that wait, on disk: stored before anybody is told, taken up in order, and never in the way.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { QueueFiles } from "./queue-files.ts";

const eventText = (seq: number) => JSON.stringify({ seq, atMs: 1000 + seq, type: "check" });

async function openQueue(directory = join(directoryOfTest(), "handlers")) {
  const context = testContext();
  const { files, kept } = await QueueFiles.open(directory, context);
  onTestFinished(() => files.stop());
  return { files, kept, directory, lines: context.lines, names: () => readdirSync(directory).sort() };
}

const seqOf = ({ text }: { text: string }) => (JSON.parse(text) as { seq: number }).seq;

describe("a file", () => {
  it("is there when it is stored, private, and gone when it is removed", async () => {
    const { files, directory, names } = await openQueue();
    const file = files.add("ops", eventText(7));
    await file.stored;
    expect(names()).toEqual(["000000000000001.json"]);
    const path = join(directory, "000000000000001.json");
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
      handler: "ops",
      event: { seq: 7, atMs: 1007, type: "check" },
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    file.remove();
    file.remove();
    await files.stop();
    expect(names()).toEqual([]);
  });

  it("that is removed before or while it is written is not there afterwards", async () => {
    const { files, names } = await openQueue();
    const all = Array.from({ length: 100 }, (_, place) => files.add("ops", eventText(place)));
    for (const file of all.slice(50)) file.remove();
    await all[0]?.stored;
    for (const file of all.slice(0, 50)) file.remove();
    await Promise.all(all.map(({ stored }) => stored));
    await files.stop();
    expect(names()).toEqual([]);
  });
});

it("what was not removed is taken up in its order, also after a kill, and new files come behind it", async () => {
  const first = await openQueue();
  const all = Array.from({ length: 40 }, (_, place) =>
    first.files.add(place % 2 ? "ops" : "chat", eventText(place)),
  );
  await Promise.all(all.map(({ stored }) => stored));
  all[3]?.remove();
  all[39]?.remove();
  await first.files.stop();
  const second = await openQueue(first.directory);
  const expected = Array.from({ length: 39 }, (_, place) => place).filter((place) => place !== 3);
  expect(second.kept.map(seqOf)).toEqual(expected);
  expect(second.kept.map(({ handler }) => handler).slice(0, 3)).toEqual(["chat", "ops", "chat"]);
  await second.files.add("ops", eventText(99)).stored;
  const third = await openQueue(first.directory);
  expect(third.kept.map(seqOf)).toEqual([...expected, 99]);
});

it("damaged files are told of and set aside; what is no file of the queue is left alone", async () => {
  const directory = directoryOfTest();
  const broken = [
    "",
    "{",
    "null",
    "[]",
    '{"handler":"ops"}',
    '{"handler":1,"event":{"seq":1,"atMs":1,"type":"check"}}',
  ];
  for (const [place, text] of broken.entries())
    writeFileSync(join(directory, `00000000000000${place}.json`), text);
  writeFileSync(join(directory, "000000000000008.json"), `{"handler":"ops","event":${eventText(8)}}`);
  writeFileSync(join(directory, "notes.txt"), "mine");
  mkdirSync(join(directory, "000000000000009.json"));
  const { kept, lines, files, names } = await openQueue(directory);
  expect(kept.map(seqOf)).toEqual([8]);
  expect(lines.filter((line) => line.includes("is damaged"))).toHaveLength(broken.length);
  expect(lines.filter((line) => line.includes("cannot be read"))).toHaveLength(1);
  await files.stop();
  expect(names()).toEqual([
    ...broken.map((_, place) => `00000000000000${place}.json.bad`),
    ...["000000000000008.json", "000000000000009.json", "notes.txt"],
  ]);
  expect(readFileSync(join(directory, "000000000000001.json.bad"), "utf8")).toBe("{");
});

it("of what is set aside only the newest are kept, and no number comes again", async () => {
  const directory = directoryOfTest();
  const name = (number: number) => `${String(number).padStart(15, "0")}.json`;
  for (let number = 1; number <= 30; number += 1) writeFileSync(join(directory, name(number)), "{");
  const { files, names } = await openQueue(directory);
  await files.add("ops", eventText(1)).stored;
  await files.stop();
  const bad = Array.from({ length: 16 }, (_, place) => `${name(15 + place)}.bad`);
  expect(names()).toEqual([...bad, name(31)]);
});

it("a file that cannot be read is told of and left, and is taken up when it can", async () => {
  const directory = directoryOfTest();
  const path = join(directory, "000000000000003.json");
  // A link in a circle cannot be read by anybody, root included.
  symlinkSync(path, path);
  const first = await openQueue(directory);
  expect(first.kept).toEqual([]);
  expect(first.lines.join("")).toContain("cannot be read");
  await first.files.stop();
  expect(first.names()).toEqual(["000000000000003.json"]);
  rmSync(path);
  writeFileSync(path, `{"handler":"ops","event":${eventText(3)}}`);
  expect((await openQueue(directory)).kept.map(seqOf)).toEqual([3]);
});

it("what stands under a number already is left alone, and the event goes under the next", async () => {
  const { files, directory, names } = await openQueue();
  const old = `{"handler":"ops","event":${eventText(50)}}\n`;
  for (const number of [1, 2]) writeFileSync(join(directory, `00000000000000${number}.json`), old);
  const added = [files.add("ops", eventText(1)), files.add("ops", eventText(2))];
  await Promise.all(added.map(({ stored }) => stored));
  expect(files.unkept).toBe(0);
  expect(readFileSync(join(directory, "000000000000001.json"), "utf8")).toBe(old);
  expect(names()).toHaveLength(4);
  for (const file of added) file.remove();
  await files.stop();
  expect(names()).toEqual(["000000000000001.json", "000000000000002.json"]);
});

describe("a disk that does not take any", () => {
  it("costs what would be kept, is told of once, and again when it takes some", async () => {
    const { files, directory, lines, names } = await openQueue();
    rmSync(directory, { recursive: true });
    const lost = [files.add("ops", eventText(1)), files.add("ops", eventText(2))];
    await Promise.all(lost.map(({ stored }) => stored));
    expect(files.unkept).toBe(2);
    expect(lines.filter((line) => line.includes("in memory only"))).toHaveLength(1);
    mkdirSync(directory);
    await files.add("ops", eventText(3)).stored;
    expect(names()).toEqual(["000000000000003.json"]);
    expect(lines.at(-1)).toContain("kept on disk again");
    for (const file of lost) file.remove();
  });

  it("does not keep the agent from starting", async () => {
    const place = join(directoryOfTest(), "file");
    writeFileSync(place, "");
    const { files, kept, lines } = await openQueue(join(place, "handlers"));
    expect(kept).toEqual([]);
    expect(lines.join("")).toContain("in memory only");
    await files.add("ops", eventText(1)).stored;
    expect(files.unkept).toBe(1);
    // What stands there and could not be seen has lower numbers.
    rmSync(place);
    mkdirSync(join(place, "handlers"), { recursive: true });
    await files.add("ops", eventText(2)).stored;
    expect(Number.parseInt(readdirSync(join(place, "handlers"))[0] ?? "0", 10)).toBeGreaterThan(1.7e12);
  });
});

it("many at once hold nobody up: between two turns of the loop only a few files come", async () => {
  const { files, names } = await openQueue();
  const all = Array.from({ length: 200 }, (_, place) => files.add("ops", eventText(place)));
  let isDone = false;
  let most = 0;
  const watched = (async () => {
    for (let before = names().length; !isDone; ) {
      await new Promise((resolve) => setImmediate(resolve));
      const now = names().length;
      most = Math.max(most, now - before);
      before = now;
    }
  })();
  await Promise.all(all.map(({ stored }) => stored));
  isDone = true;
  await watched;
  // Counted, for time depends on the machine. Whoever wrote without giving way would bring a group of 32 in one turn.
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(8);
  expect(names()).toHaveLength(200);
  expect(files.unkept).toBe(0);
});
