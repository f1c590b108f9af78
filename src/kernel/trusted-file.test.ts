import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { openLogSink } from "./log-sink.ts";
import {
  readRegular,
  readRegularLater,
  readTrusted,
  readTrustedLater,
  targetTrusted,
} from "./trusted-file.ts";

const reading = { limitBytes: 100 };
const mallory = 12_346;

interface Row {
  readonly what: string;
  /** Makes it, and gives its path. */
  readonly make: (directory: string) => string;
  readonly reason: string;
  /** It may be read where no orders are taken from it. */
  readonly harmless?: boolean;
}

const notAFile = "it is not a regular file";

const rows: readonly Row[] = [
  { what: "a pipe that nobody writes to", make: pipeIn, reason: notAFile },
  { what: "a link to a pipe", make: (at) => linked(at, pipeIn(at)), reason: notAFile },
  { what: "a directory", make: (at) => at, reason: notAFile },
  { what: "a device without an end", make: () => "/dev/zero", reason: notAFile },
  { what: "a terminal", make: () => "/dev/ptmx", reason: notAFile },
  { what: "what the kernel says and never ends", make: () => "/proc/kmsg", reason: "the system makes it up" },
  {
    what: "a link into /proc",
    make: (at) => linked(at, "/proc/self/environ"),
    reason: "the system makes it up",
  },
  { what: "a file of /sys", make: () => "/sys/kernel/uevent_seqnum", reason: "the system makes it up" },
  { what: "one that is not there", make: (at) => join(at, "gone"), reason: "ENOENT" },
  {
    what: "one that is too large",
    make: (at) => fileIn(at, "x".repeat(101)),
    reason: "larger than 100 bytes",
  },
  {
    what: "one that others may write",
    make: (at) => withMode(fileIn(at, "x"), 0o666),
    reason: "run: chmod o-w ",
    harmless: true,
  },
];

function fileIn(directory: string, text: string): string {
  const path = join(directory, "file");
  writeFileSync(path, text);
  return path;
}

function withMode(path: string, mode: number): string {
  chmodSync(path, mode);
  return path;
}

function pipeIn(directory: string): string {
  execFileSync("/usr/bin/mkfifo", [join(directory, "pipe")]);
  return join(directory, "pipe");
}

function linked(directory: string, target: string): string {
  symlinkSync(target, join(directory, "link"));
  return join(directory, "link");
}

describe("refuses", () => {
  it.each(rows)("$what", async ({ make, reason, harmless }) => {
    const path = make(directoryOfTest());
    expect(() => readTrusted(path, reading)).toThrow(reason);
    await expect(readTrustedLater(path, reading)).rejects.toThrow(reason);
    if (harmless === true) {
      expect(readRegular(path, 100).toString()).toBe("x");
      expect((await readRegularLater(path, 100)).toString()).toBe("x");
      return;
    }
    expect(() => readRegular(path, 100)).toThrow(reason);
    await expect(readRegularLater(path, 100)).rejects.toThrow(reason);
  });

  it("what the caller's own look refuses", async () => {
    const path = fileIn(directoryOfTest(), "x");
    const check = () => {
      throw new Error("not so");
    };
    expect(() => readTrusted(path, { ...reading, check })).toThrow("not so");
    await expect(readTrustedLater(path, { ...reading, check })).rejects.toThrow("not so");
  });
});

it("reads a file up to the limit, also one of many pieces", async () => {
  const text = "abc".repeat(100_000);
  const path = fileIn(directoryOfTest(), text);
  const whole = { limitBytes: text.length };
  expect(readTrusted(path, whole).toString()).toBe(text);
  expect((await readTrustedLater(path, whole)).toString()).toBe(text);
  writeFileSync(path, "");
  expect(readTrusted(path, whole)).toHaveLength(0);
});

describe.runIf(process.getuid?.() === 0)("where something is to be written", () => {
  const place = () => {
    const directory = join(directoryOfTest(), "shared");
    mkdirSync(directory);
    return { directory, path: join(directory, "log") };
  };

  it("a new file and one of ours are fine, also where a group shares the directory", () => {
    const { directory, path } = place();
    chownSync(directory, 0, mallory);
    chmodSync(directory, 0o775);
    expect(targetTrusted(path)).toBeUndefined();
    writeFileSync(path, "");
    expect(targetTrusted(path)).toBeUndefined();
  });

  it("another user's directory, file and link are not", () => {
    const { directory, path } = place();
    writeFileSync(path, "");
    chownSync(path, mallory, mallory);
    expect(targetTrusted(path)).toContain(`${path} belongs to the user ${mallory}`);
    chownSync(directory, mallory, mallory);
    expect(targetTrusted(path)).toContain(`${directory} belongs to the user ${mallory}`);
  });

  it("a link that a group could have planted is not followed, one of ours is", () => {
    const { directory, path } = place();
    symlinkSync(fileIn(directoryOfTest(), ""), path);
    expect(targetTrusted(path)).toBeUndefined();
    chownSync(directory, 0, mallory);
    chmodSync(directory, 0o775);
    expect(targetTrusted(path)).toContain("can write");
  });

  it("what is no file is not", () => {
    const { directory } = place();
    expect(targetTrusted(pipeIn(directory))).toContain("is no regular file");
    expect(targetTrusted(linked(directory, "pipe"))).toContain("is no regular file");
    expect(targetTrusted("/dev/full")).toBe("/dev/full is no regular file");
  });

  it("a log goes elsewhere when somebody planted a link or a pipe", () => {
    const { directory, path } = place();
    const target = fileIn(directoryOfTest(), "precious\n");
    symlinkSync(target, path);
    chmodSync(directory, 0o777);
    for (const named of [path, pipeIn(directory)]) {
      const sink = openLogSink(named);
      sink.write("a line that a test wrote\n");
      sink.close();
    }
    expect(readFileSync(target, "utf8")).toBe("precious\n");
  });
});
