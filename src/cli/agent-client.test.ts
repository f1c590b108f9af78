// status and commands list: over the unix socket and over HTTPS, for people and for scripts.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeCertificate, run, type TestCertificate } from "../../test/support/cli.ts";
import { startServer, type TestServer } from "../../test/support/https-stub.ts";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import type { CommandsAnswer, StatusAnswer } from "../api/contract/index.ts";

const status: StatusAnswer = {
  app_version: "0.1.0",
  uptime_seconds: 93_784,
  num_goroutine: 3,
  metric_buffer_status: { newest_timestamp: 0, oldest_timestamp: 0, length: 0, capacity: 0 },
  callers: [],
  leveldb_properties: {},
  disable_collect_metrics: true,
  pid: 42,
  listen: ["127.0.0.1:6777"],
  certificate: {
    fingerprint: "ab".repeat(32),
    subject: "CN=web1\u001b[2J",
    not_after: "2030-01-01T00:00:00Z",
    replaced: null,
  },
  programs: { engine: "node", running: 1, waiting: 2, leaked: 0 },
  connections: { open: 3, waiting: 0, limit: 1000 },
  telemetry: {},
};
const commands: CommandsAnswer = {
  caller: "local",
  roles: ["read", "check"],
  shell: false,
  checks: [{ name: "check_load", path: "/usr/lib/nagios/plugins/check_load" }],
  inventory: ["uname", "df"],
};

const home = temporaryDirectory();
let local: TestServer;
let remote: TestServer;
let certificate: TestCertificate;
let url: string;
beforeAll(async () => {
  certificate = makeCertificate(home.path);
  local = await startServer({ socketPath: join(home.path, "agent.sock") });
  remote = await startServer({ tls: certificate });
  url = `https://127.0.0.1:${remote.port}`;
});
afterAll(async () => {
  await local.stop();
  await remote.stop();
  home.release();
});
beforeEach(() => {
  remote.asked.length = 0;
});

const atHome = (...argv: string[]) => run([...argv, "--home", home.path]);

describe("status", () => {
  it("is a table for people", async () => {
    local.reply({ status: 200, body: JSON.stringify(status) });
    const { exit, stdout, stderr } = await atHome("status");
    expect({ exit, stderr, asked: local.asked.at(-1) }).toMatchObject({
      exit: 0,
      stderr: "",
      asked: { method: "GET", url: "/status" },
    });
    expect(stdout).toBe(
      [
        "running",
        "version      0.1.0",
        "process      42, up 1 d 2 h",
        "listens on   127.0.0.1:6777",
        "certificate  CN=web1\\u001b[2J, until 2030-01-01T00:00:00Z",
        `fingerprint  ${"ab".repeat(32)}`,
        "connections  3 open, 0 waiting, at most 1000",
        "programs     1 running, 2 waiting, 0 leaked (node)",
        "metrics      0 records to hand over, metric programs are not run",
        "",
      ].join("\n"),
    );
  });

  it("is coloured on a terminal, unless NO_COLOR is set", async () => {
    local.reply({ status: 200, body: JSON.stringify(status) });
    const argv = ["status", "--home", home.path];
    expect((await run(argv, { tty: true })).stdout).toContain("\u001b[32mrunning\u001b[0m\n");
    expect((await run(argv, { tty: true, environment: { NO_COLOR: "1" } })).stdout).toMatch(/^running\n/);
  });

  it("is the agent's own answer with --json, unknown fields too", async () => {
    local.reply({ status: 200, body: JSON.stringify({ ...status, more: 1 }) });
    expect(JSON.parse((await atHome("status", "--json")).stdout)).toEqual({ ...status, more: 1 });
  });

  it.each([
    [0, "0 s"],
    [59, "59 s"],
    [3600, "1 h 0 min"],
    [3 * 86_400, "3 d 0 h"],
  ])("%i seconds are %s", async (uptime_seconds, text) => {
    local.reply({ status: 200, body: JSON.stringify({ ...status, uptime_seconds }) });
    expect((await atHome("status")).stdout).toContain(`up ${text}\n`);
  });
});

describe("commands list", () => {
  it("is a table for people", async () => {
    local.reply({ status: 200, body: JSON.stringify(commands) });
    expect(await atHome("commands", "list")).toEqual({
      exit: 0,
      stderr: "",
      stdout: [
        "CHECK       PROGRAM",
        "check_load  /usr/lib/nagios/plugins/check_load",
        "",
        "caller     local",
        "roles      read, check",
        "inventory  uname, df",
        "options    split into words, without a shell",
        "",
      ].join("\n"),
    });
    expect(local.asked.at(-1)?.url).toBe("/commands");
  });

  it("is JSON with --json", async () => {
    local.reply({ status: 200, body: JSON.stringify(commands) });
    expect(JSON.parse((await atHome("commands", "list", "--json")).stdout)).toEqual(commands);
  });
});

describe("no answer", () => {
  it.each<[number, string, number, RegExp]>([
    [403, "Access Denied\n", 77, /answered 403: Access Denied\n$/],
    [429, "later", 77, /answered 429: later/],
    [500, "broken", 1, /answered 500: broken/],
    [404, "404 page not found\n", 1, /answered 404/],
    [200, "not JSON", 1, /the answer is not JSON/],
    [200, "{}", 1, /the answer has another shape than it should/],
    [200, "null", 1, /the answer has another shape than it should/],
  ])("%i %s", async (answered, body, exit, stderr) => {
    local.reply({ status: answered, body });
    const ran = await atHome("status");
    expect(ran).toMatchObject({ exit, stdout: "" });
    expect(ran.stderr).toMatch(stderr);
    expect(ran.stderr).toMatch(new RegExp(`^yagura: the agent at ${home.path}/agent.sock answered`));
  });

  it("from nobody is exit code 69, with a hint", async () => {
    const { exit, stderr } = await run(["status"], { environment: { YAGURA_HOME: "/nonexistent" } });
    expect(exit).toBe(69);
    expect(stderr).toMatch(
      /^yagura: no agent answers at \/nonexistent\/agent.sock: .*ENOENT.*--home or --url\n$/,
    );
  });
});

describe("over HTTPS", () => {
  beforeEach(() => remote.reply({ status: 200, body: JSON.stringify(status) }));

  it("sends the token, to the pinned certificate", async () => {
    const file = join(home.path, "token");
    writeFileSync(file, "0123456789abcdef\n");
    const { exit } = await run([
      "status",
      "--url",
      url,
      "--token-file",
      file,
      "--pin",
      certificate.fingerprint,
    ]);
    expect(exit).toBe(0);
    expect(remote.asked[0]).toMatchObject({
      url: "/status",
      headers: { authorization: "Bearer 0123456789abcdef" },
    });
  });

  it("accepts a certificate of the given authority", async () => {
    expect((await run(["status", "--url", url, "--ca", certificate.certFile])).exit).toBe(0);
  });

  it.each([
    ["nothing to trust", [], /self-signed certificate.*; name what to trust with --pin or --ca\n$/],
    ["another pin", ["--pin", "00".repeat(32)], /not the pinned one\n$/],
  ])("sends nothing with %s", async (_what, trust, reason) => {
    const { exit, stderr } = await run(["status", "--url", url, "--token", "0123456789abcdef", ...trust]);
    expect(exit).toBe(69);
    expect(stderr).toMatch(reason);
    expect(remote.asked).toEqual([]);
  });

  it.each(["http://127.0.0.1:1", "127.0.0.1:6777", "", "https://"])("refuses the URL %j", async (text) => {
    const { exit, stderr } = await run(["status", `--url=${text}`]);
    // An empty one counts as none, and then the socket is asked.
    expect(exit).toBe(text === "" ? 69 : 2);
    if (text !== "") expect(stderr).toBe("yagura: --url is not a URL that begins with https://\n");
  });
});
