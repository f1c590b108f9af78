// Outputs `file` and `stdout`: whole lines, on disk for good, rotated, and only once where that can be had.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Refused } from "../../src/outputs/output.ts";
import { file } from "../../src/outputs/writers/file/index.ts";
import { directoryOfTest, temporaryDirectory } from "../support/temporary.ts";
import { deliveryOf, metric, rejectionOf, soon, writerOfTest } from "../support/writing/writing.ts";
import { writingProgram } from "../support/writing/writing-program.ts";

const names = (path: string) =>
  readFileSync(path, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { name: string }).name);

describe("file", () => {
  const openIn = async (config: object = {}) => {
    const path = join(directoryOfTest(), "metrics");
    const writer = await writerOfTest(file, { path, ...config });
    const send = (...given: string[]) =>
      writer.write(deliveryOf(given.map((name) => metric({ name }))), soon());
    return { path, writer, send };
  };

  it("has every line, for its owner alone", async () => {
    const { path, send } = await openIn();
    await send("a", 'b"櫓');
    await send("c");
    expect(names(path)).toEqual(["a", 'b"櫓', "c"]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["influx", "a,host=web01 value=1 5\n"],
    ["graphite", "a;host=web01 1 0\n"],
  ])("is written as %s", async (format, expected) => {
    const { path, writer } = await openIn({ format });
    await writer.write(deliveryOf([metric({ name: "a", timestampMs: 5 })]), soon());
    expect(readFileSync(path, "utf8")).toBe(expected);
  });

  it("is set aside before it becomes too large", async () => {
    const { path, send } = await openIn({ max_size: "1KiB", keep: 2 });
    const many = (name: string) => send(...Array.from({ length: 8 }, () => name));
    for (const name of ["a", "b", "c", "d"]) await many(name);
    expect(["", ".1", ".2"].map((end) => names(path + end)[0])).toEqual(["d", "c", "b"]);
    expect(existsSync(`${path}.3`)).toBe(false);
  });

  it("has what a crash left of a line by itself, and loses nothing else", async () => {
    const { path, writer, send } = await openIn();
    await send("a", "b");
    await writer.close();
    truncateSync(path, statSync(path).size - 3);
    const before = readFileSync(path, "utf8");
    const again = await writerOfTest(file, { path });
    for (const name of ["b", "c"]) await again.write(deliveryOf([metric({ name })]), soon());
    const after = readFileSync(path, "utf8");
    expect(after.startsWith(`${before}\n`)).toBe(true);
    writeFileSync(path, after.slice(before.length + 1));
    expect(names(path)).toEqual(["b", "c"]);
  });

  it("is a new one when somebody moved it away", async () => {
    const { path, send } = await openIn();
    await send("a");
    renameSync(path, `${path}.old`);
    await send("b");
    expect([names(`${path}.old`), names(path)]).toEqual([["a"], ["b"]]);
  });

  it("goes on after somebody else wrote to it", async () => {
    const { path, send } = await openIn();
    await send("a");
    appendFileSync(path, '{"name":"other"}\n');
    await send("b");
    expect(names(path)).toEqual(["a", "other", "b"]);
  });

  it("is never what belongs to somebody else: of such things it is told that they are no file", async () => {
    const directory = directoryOfTest();
    const victim = join(directory, "victim");
    writeFileSync(victim, "x".repeat(5000));
    const path = (name: string) => join(directory, name);
    symlinkSync(victim, path("link"));
    symlinkSync(path("none"), path("dangling"));
    execFileSync("bash", ["-c", `mkfifo "$0"`, path("fifo")]);
    mkdirSync(path("directory"));
    for (const place of [path("link"), path("dangling"), path("fifo"), path("directory"), "/dev/null"]) {
      const writer = await writerOfTest(file, { path: place });
      const error = await rejectionOf(writer.write(deliveryOf([metric()]), soon()));
      expect(error).not.toBeInstanceOf(Refused);
      expect(error.message).toContain("no regular file");
    }
    expect(readFileSync(victim, "utf8")).toBe("x".repeat(5000));
    expect(existsSync(path("none"))).toBe(false);
  });

  it("has nothing of what could not be written whole", async () => {
    const directory = directoryOfTest();
    const path = join(directory, "metrics");
    const source = resolve(import.meta.dirname, "../../src/outputs/writers/file/index.ts");
    const program = await writingProgram({ directory, file: source, output: "file", config: { path } });
    const script = `ulimit -f 1; exec "$0" "$@"`;
    const { stderr } = spawnSync("bash", ["-c", script, process.execPath, program, "1", "100"]);
    expect(stderr.toString()).toContain("EFBIG");
    expect(statSync(path).size).toBe(0);
  });

  it("waits for its directory", async () => {
    const writer = await writerOfTest(file, { path: join(directoryOfTest(), "none", "metrics") });
    expect((await rejectionOf(writer.write(deliveryOf([metric()]), soon()))).message).toContain("ENOENT");
  });
});

describe("stdout", () => {
  const file = resolve(import.meta.dirname, "../../src/outputs/writers/stdout.ts");
  const { path: directory, release } = temporaryDirectory();
  let program: string;
  beforeAll(async () => {
    program = await writingProgram({ directory, file, output: "stdout", config: {} });
  });
  afterAll(release);
  /** The writer in a process of its own, whose standard output is a pipe. */
  const begin = (...args: string[]) =>
    spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });

  it("is given every line, also when nobody reads for a while", async () => {
    const child = begin("3", "2000");
    await once(child.stdout, "readable");
    const lines = (await text(child.stdout)).split("\n");
    expect(lines.pop()).toBe("");
    expect(lines).toHaveLength(6000);
    for (const line of lines) JSON.parse(line);
  });

  it("that nobody reads is waited for", async () => {
    const child = begin("1", "1000");
    child.stdout.destroy();
    expect(await text(child.stderr)).toContain("EPIPE");
  });
});
