// The judgement of plugins against the plugins themselves: none is forgotten, and harmless ones are seen to be it.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { judgePlugin } from "../../src/programs/judgement/judge-plugin.ts";
import table from "../../src/programs/judgement/plugins.json" with { type: "json" };
import { directoryOfTest, writeScript } from "../support/temporary.ts";

const packages = ["monitoring-plugins-basic", "monitoring-plugins-standard", "monitoring-plugins-common"];
const shipped = join(import.meta.dirname, "../../plugins");

const installed = execFileSync("dpkg", ["-L", ...packages])
  .toString()
  .split("\n")
  .filter((path) => path.startsWith("/usr/lib/nagios/plugins/"));

it("knows every program of the packages, and every one that this package brings", () => {
  expect(installed.length).toBeGreaterThan(60);
  const names = [...installed.map((path) => basename(path)), ...readdirSync(shipped)];
  expect(names.filter((name) => judgePlugin(name, []).kind === "unknown")).toEqual([]);
});

interface Seen {
  readonly executed: readonly string[];
  readonly opened: readonly string[];
  readonly connected: readonly string[];
}

/** Runs it as root with a clean environment, and tells what it and its children executed, opened and connected to. */
function watch(path: string, words: readonly string[]): Seen {
  const log = join(directoryOfTest(), "trace");
  const trace = ["-f", "-qq", "-s", "4096", "-e", "trace=execve,open,openat,creat,connect,sendto", "-o", log];
  const env = {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    LANG: "C",
    HOME: "/root",
  };
  const run = spawnSync("strace", [...trace, path, ...words], { env, timeout: 20_000 });
  expect(run.error, String(run.stderr)).toBeUndefined();
  const lines = readFileSync(log, "utf8").split("\n");
  const namedBy = (call: RegExp) =>
    lines.flatMap((line) =>
      call.test(line) && !/= -1 E/.test(line) ? (/"([^"]*)"/.exec(line)?.[1] ?? []) : [],
    );
  return {
    executed: namedBy(/ execve\(/),
    opened: namedBy(/ (?:open|openat|creat)\(/),
    connected: lines.filter((line) => / (?:connect|sendto)\(/.test(line) && /AF_INET/.test(line)),
  };
}

/** What plugins that only look may start. */
const mayExecute = [
  ...["apt-get", "dpkg", "ps", "uptime", "who", "mailq", "sensors", "basename", "sed", "grep", "echo"],
  ...["sendmail", "exim4", "postqueue", "http", "https", "gpgv", "store"],
];

/** A value that a kind of option takes; those that take any text are given a file's name. */
function sample(kind: string, canary: string): string {
  const known: Record<string, string> = { number: "5", range: "5", pattern: "^x", text: canary };
  const fitting = [canary, "/dev/sda", "postfix", "RSS", "5"];
  return known[kind] ?? fitting.find((value) => new RegExp(kind, "u").test(value)) ?? "x";
}

interface Tried {
  readonly name: string;
  readonly words: (canary: string) => string[];
  readonly label: string;
}

const tried: Tried[] = Object.entries(table.plugins).flatMap(([name, entry]) => {
  if (entry.kind !== "harmless" || !("options" in entry)) return [];
  const options = Object.entries(entry.options).map(([spellings, kind]) => {
    const spelling = spellings.split(" ")[0] ?? "";
    const words = (canary: string) => (kind === "flag" ? [spelling] : [spelling, sample(kind, canary)]);
    return { name, label: `${name} ${spelling}`, words };
  });
  const positional = "positional" in entry ? (entry.positional as string[]) : [];
  const plain = {
    name,
    label: `${name} alone`,
    words: (canary: string) => positional.map((kind) => sample(kind, canary)),
  };
  return [plain, ...options];
});

const usual: Tried[] = [
  ["check_disk", "-w", "1", "-c", "1", "-p", "CANARY"],
  ["check_disk", "-w", "1", "-c", "1", "-A", "-i", "x", "-x", "CANARY", "-N", "CANARY", "-g", "CANARY"],
  ["check_procs", "-w", "1:900", "-C", "CANARY", "-a", "CANARY", "--ereg-argument-array", "x", "-m", "RSS"],
  ["check_file_age", "-f", "CANARY", "-w", "1", "-c", "2", "-W", "1", "-C", "1"],
  ["check_cluster", "-s", "-l", "CANARY", "-d", "0,1", "-w", "1", "-c", "2"],
  ["check_swap", "-w", "1%", "-c", "1%", "-n", "ok"],
  ["check_load", "-w", "1,2,3", "-c", "1,2,3", "-r"],
  ["check_users", "-w", "1", "-c", "2"],
  ["check_apt", "-l", "-i", "x", "-e", "y", "-c", "z"],
].map(([name = "", ...words]) => ({
  name,
  label: [name, ...words].join(" "),
  words: (canary) => words.map((word) => (word === "CANARY" ? canary : word)),
}));

describe("harmless plugins, under strace", () => {
  it.each([...tried, ...usual])("$label", ({ name, words }) => {
    const path =
      [join(shipped, name), `/usr/lib/nagios/plugins/${name}`].find((file) => existsSync(file)) ?? "";
    const directory = directoryOfTest();
    mkdirSync(join(directory, "secret"));
    const canary = writeScript(join(directory, "secret"), "canary", "echo executed");
    chmodSync(canary, 0o755);
    const given = words(canary);
    expect(judgePlugin(name, given)).toEqual({ kind: "harmless" });
    const { executed, opened, connected } = watch(path, given);
    expect(opened).not.toContain(canary);
    expect(connected).toEqual([]);
    const others = executed.filter((file) => file !== path && !mayExecute.includes(basename(file)));
    expect(others).toEqual([]);
  });

  it("would be seen to read what they are told to read", () => {
    const canary = writeScript(directoryOfTest(), "canary", "");
    const log = "/usr/lib/nagios/plugins/check_log";
    expect(watch(log, ["-F", canary, "-O", "/dev/null", "-q", "x"]).opened).toContain(canary);
    expect(watch("/usr/lib/nagios/plugins/negate", [canary]).executed).toContain(canary);
  });
});

describe("plugins that connect, under strace", () => {
  it.each([
    ["check_http", ["-H", "127.0.0.9", "-p", "9"]],
    ["check_http", ["-H", "name.invalid", "-S", "--sni", "-p", "9"]],
    ["check_http", ["-I", "127.0.0.9", "-H", "name.invalid", "-p", "9"]],
    ["check_curl", ["-H", "name.invalid", "-p", "9"]],
    ["check_curl", ["-H", "localhost", "-S", "-p", "9", "-u", "/@127.0.0.9/"]],
    ["check_curl", ["-H", "127.0.0.9", "-S", "-p", "9"]],
    ["check_tcp", ["-p", "9"]],
    ["check_tcp", ["-H", "name.invalid", "-p", "9", "-S", "--sni", "localhost"]],
    ["check_tcp", ["name.invalid"]],
    ["check_smtp", ["-p", "9"]],
    ["check_ssh", ["-p", "9", "name.invalid"]],
    ["check_ftp", ["-H", "name.invalid"]],
    ["check_ntp_time", ["-H", "name.invalid", "-t", "1"]],
    ["check_nt", ["-H", "name.invalid", "-v", "UPTIME", "-p", "9"]],
    ["check_time", ["-H", "name.invalid"]],
    ["check_ups", ["-u", "x"]],
    ["check_ircd", ["-H", "name.invalid"]],
  ])("%s %j connects to its target's address alone", (name, words) => {
    const judgement = judgePlugin(name, words);
    if (judgement.kind !== "connects") throw new Error(JSON.stringify(judgement));
    const pinned = [...judgement.pin(() => "127.0.0.3")];
    const { connected } = watch(`/usr/lib/nagios/plugins/${name}`, pinned);
    expect(connected.join("\n")).toMatch(/127\.0\.0\.3/);
    expect(connected.filter((line) => !line.includes('"127.0.0.3"'))).toEqual([]);
  });
});
