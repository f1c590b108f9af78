// Functions about files, on real files: links, pipes, devices, endless and broken ones.
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { answerOf, hostOfTest } from "./host.fixture.ts";

let folder = "";
const at = (name: string) => JSON.stringify(join(folder, name));
const write = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content);

beforeEach(() => {
  folder = directoryOfTest();
  write("plain", "one\nTwo CentOS 7\r\nlast line");
  mkdirSync(join(folder, "inner"));
  symlinkSync(join(folder, "plain"), join(folder, "to-plain"));
  symlinkSync(join(folder, "inner"), join(folder, "to-inner"));
  symlinkSync(join(folder, "nowhere"), join(folder, "to-nothing"));
  execFileSync("mkfifo", [join(folder, "pipe")]);
});

describe("what there is", () => {
  it.each([
    ["file_exists", ["plain", "inner", "to-plain", "to-inner", "pipe"]],
    ["fileexists", ["plain", "inner", "to-plain", "to-inner", "pipe"]],
    ["is_dir", ["inner", "to-inner"]],
    ["is_link", ["to-plain", "to-inner", "to-nothing"]],
    ["is_plain_file", ["plain", "to-plain"]],
  ])("%s is true of %j", async (name, expected) => {
    const all = ["plain", "inner", "to-plain", "to-inner", "to-nothing", "pipe", "absent", "plain/below"];
    const answers = await Promise.all(all.map((file) => answerOf(`${name}(${at(file)})`)));
    expect(all.filter((_, place) => answers[place] === true)).toEqual(expected);
    expect(answers.every((answer) => typeof answer === "boolean")).toBe(true);
  });

  it.each([
    "file_exists('plain')",
    "is_dir('')",
    "is_link('a/b')",
    "file_exists('/a\\0b')",
    "grep('/etc/passwd', 'root')",
  ])(
    "%s has no path",
    async (text) => await expect(answerOf(text)).rejects.toThrow("it has to begin with /"),
  );

  it.each(["file_exists(1)", "is_dir(None)", "grep_file(['a'], '/etc/passwd')", "path_dirname(3)"])(
    "%s needs a text",
    async (text) => await expect(answerOf(text)).rejects.toThrow("a str is needed"),
  );

  it("is seen below the host's root", async () => {
    const host = hostOfTest({ root: folder });
    expect(await answerOf("file_exists('/plain') and grep('centos', '/plain')", host)).toBe(true);
    expect(await answerOf("file_exists('/etc/passwd')", host)).toBe(false);
  });
});

describe("path_dirname", () => {
  it.each([
    ["/etc/redis/redis.conf", "/etc/redis"],
    ["/etc", "/"],
    ["/etc/redis/", "/etc/redis"],
    ["/etc//redis", "/etc"],
    ["//", "//"],
    ["a/b", "a"],
    ["name", ""],
    ["", ""],
  ])("of %j is %j", async (path, expected) =>
    expect(await answerOf(`path_dirname('${path}')`)).toBe(expected),
  );
});

describe("grep_file", () => {
  it.each([
    ["grep_file('centos', PATH)", true],
    ["grep('TWO centos', PATH)", true],
    ["grep('last', PATH)", true],
    ["grep('absent', PATH)", false],
    ["grep('one\\nTwo', PATH)", false],
    ["grep('c.ntos', PATH)", false],
    ["grep('C.NTOS', PATH, True)", true],
    ["grep_file('^two centos \\\\d$', PATH, regexp=True)", true],
    ["grep_file('^last$', PATH, regexp=True)", false],
  ])("%s is %s", async (text, expected) =>
    expect(await answerOf(text.replace("PATH", at("plain")))).toBe(expected),
  );

  it.each(["absent", "inner", "pipe", "to-nothing"])("finds nothing in %s", async (name) => {
    expect(await answerOf(`grep_file('a', ${at(name)})`)).toBe(false);
  });

  it("finds nothing in devices and does not wait for the kernel's messages", async () => {
    expect(await answerOf("grep('a', '/dev/zero') or grep('nothing like this 4711', '/proc/kmsg')")).toBe(
      false,
    );
  });

  it("reads what the kernel makes, whose size is zero", async () => {
    expect(await answerOf(`grep_file('^pid:\\\\s+${process.pid}$', '/proc/self/status', regexp=True)`)).toBe(
      true,
    );
  });

  it("refuses a wrong pattern and a text that is too long", async () => {
    await expect(answerOf(`grep_file('(', ${at("plain")}, True)`)).rejects.toThrow("the pattern");
    await expect(answerOf(`grep_file('a' * 10001, ${at("plain")})`)).rejects.toThrow("longer than");
  });

  it.each([65_530, 65_536, 65_545, 131_069])(
    "finds a text that begins %i characters into one line",
    async (before) => {
      write("long", `${"x".repeat(before)}needle${"y".repeat(100_000)}`);
      expect(await answerOf(`grep('NEEDLE', ${at("long")})`)).toBe(true);
    },
  );

  it("finds characters of several bytes that lie across two pieces", async () => {
    write("wide", `${"x".repeat(65_535)}éà\n`);
    expect(await answerOf(`grep('éà', ${at("wide")})`)).toBe(true);
  });

  it("looks at the first 16 MiB and no further", async () => {
    const lines = Buffer.alloc(16 * 1024 * 1024, "padding\n");
    write("large", Buffer.concat([lines, Buffer.from("beyond\n")]));
    expect(await answerOf(`grep('beyond', ${at("large")})`)).toBe(false);
    write("large", Buffer.concat([lines.subarray(8), Buffer.from("within!\n")]));
    expect(await answerOf(`grep('within', ${at("large")})`)).toBe(true);
  });

  it("leaves others their turn while it searches", async () => {
    write("large", Buffer.alloc(4 * 1024 * 1024, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\n"));
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const found = await answerOf(`grep('(a*)*(a*)*c', ${at("large")}, True)`).catch(() => "late");
    clearInterval(timer);
    expect(found).not.toBe(true);
    expect(turns).toBeGreaterThan(20);
  });
});

describe("parse_json_file", () => {
  it("gives the data", async () => {
    write(
      "a.json",
      '{"daemons": {"arbiter": {"enabled": true}}, "list": [1, 2.5, null], "__proto__": {"x": 1}}',
    );
    const text = `parse_json_file(${at("a.json")})`;
    expect(await answerOf(`${text}['daemons']['arbiter']['enabled']`)).toBe(true);
    expect(await answerOf(`sum(${text}['list'][:2])`)).toBe(3.5);
    expect(await answerOf(`'x' in ${text}`)).toBe(false);
  });

  it.each([
    ["absent", "ENOENT"],
    ["inner", "is no regular file"],
    ["pipe", "is no regular file"],
    ["plain", "cannot read"],
    ["empty", "cannot read"],
    ["large", "larger than 1048576 bytes"],
  ])("says why it cannot read %s", async (name, reason) => {
    write("empty", "");
    write("large", `"${"x".repeat(1024 * 1024)}"`);
    await expect(answerOf(`parse_json_file(${at(name)})`)).rejects.toThrow(reason);
  });
});

describe("file_hash_match", () => {
  it.each([
    ["md5", "900150983cd24fb0d6963f7d28e17f72", true],
    ["sha1", "A9993E364706816ABA3E25717850C26C9CD0D89D", true],
    ["sha224", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7", true],
    ["sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", true],
    ["sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709", false],
  ])("%s %s is %s", async (algorithm, hex, expected) => {
    write("abc", "abc");
    expect(await answerOf(`file_hash_match(${at("abc")}, '${algorithm}', '${hex}')`)).toBe(expected);
  });

  it.each(["absent", "inner", "pipe"])("is false of %s", async (name) => {
    const empty = "d41d8cd98f00b204e9800998ecf8427e";
    expect(await answerOf(`file_hash_match(${at(name)}, 'md5', '${empty}')`)).toBe(false);
  });

  it("refuses what is no hash, and a file without end", async () => {
    await expect(answerOf(`file_hash_match(${at("plain")}, 'crc32', 'ab')`)).rejects.toThrow(
      "there is no hash",
    );
    write("sparse", "");
    truncateSync(join(folder, "sparse"), 2 ** 31);
    await expect(answerOf(`file_hash_match(${at("sparse")}, 'md5', 'ab')`)).rejects.toThrow("larger than");
  });
});
