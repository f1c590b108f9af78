// Who may do what: roles, tokens, client certificates, and the ways in that must stay shut.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { agentOfTest, type Settings } from "../support/agent.ts";
import { directoryOfTest, writeScript } from "../support/temporary.ts";

const token = "correct-horse-battery-staple";
const monitor = { plugin_name: "check_host_load" };

function hashed(text: string): string {
  const salt = Buffer.alloc(16, 7);
  return `sha256:${salt.toString("hex")}:${createHash("sha256").update(salt).update(text).digest("hex")}`;
}

const withToken = (value: string, more = {}): Settings => ({
  access: { callers: [{ name: "nagios", token: value, roles: ["check"], ...more }] },
});

const bearer = (value: string) => ({ headers: { authorization: `Bearer ${value}` } });

describe("tokens", () => {
  it.each([
    ["as it is", token],
    ["hashed", hashed(token)],
    ["one of two", [hashed("an-older-token-of-ours"), hashed(token)]],
  ])("%s, in the header or in apikey", async (_form, value) => {
    const { post } = await agentOfTest(withToken(value as string));
    expect((await post("/monitor", monitor, bearer(token))).status).toBe(200);
    expect((await post("/monitor", { ...monitor, apikey: token })).status).toBe(200);
  });

  it("are needed once there are any, and a wrong one is worse than none", async () => {
    const { post, get } = await agentOfTest(withToken(token));
    const none = await post("/monitor", monitor);
    expect(none.status).toBe(403);
    expect(none.json).toEqual({ return_value: 3, message: expect.stringContaining("lacks the role check") });
    expect((await post("/monitor", { ...monitor, apikey: "wrong" })).json).toMatchObject({ return_value: 3 });
    expect((await get("/")).status).toBe(200);
    expect((await get("/status", bearer(token))).status).toBe(403);
  });

  it.each([
    ["POST /write", ""],
    ["POST /api/v2/write", "authorization: Token wrong\r\n"],
    ["POST /post?ns=a", ""],
    ["POST /render", ""],
    ["POST /monitor", "authorization: Bearer wrong\r\n"],
    ["POST /monitor", "origin: https://elsewhere.example\r\n"],
  ])("%s (%j) takes no body from a stranger", async (request, header) => {
    const { port } = await agentOfTest(withToken(token));
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
    onTestFinished(() => void socket.destroy());
    const head = `${request} HTTP/1.1\r\nHost: localhost\r\n${header}content-length: 1000000\r\n\r\n`;
    socket.once("secureConnect", () => socket.write(head));
    const [answer] = (await once(socket, "data", { signal: AbortSignal.timeout(5000) })) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 403 /);
  });

  it("stand in no line of the log, and in no report, when they come in the address", async () => {
    const file = join(directoryOfTest(), "log");
    const { get, post } = await agentOfTest({
      ...withToken(token, { roles: ["read"] }),
      api: { request_counts: true },
      log: { level: "debug", file },
    });
    await post("/write?u=joe&p=SECRET&db=x", "m v=1");
    await get("/nowhere?token=SECRET");
    const { text } = await get("/status/request", bearer(token));
    expect(text).toContain("/write?u=***&p=***&db=x");
    const log = readFileSync(file, "utf8");
    expect(log).toContain("POST /write?u=***&p=***&db=x");
    expect(text + log).not.toContain("SECRET");
  });

  it.each([
    '{"apikey":"SECRET", nonsense',
    '"SECRET',
    '{"plugin_name":{"SECRET":1}}',
    '{"plugin_name":"check_a","plugin_option":5,"SECRET":1}',
    '{"metric_data":[{"metrics":{"SECRET":"x"}}]}',
  ])("of a body stand in no line of the log: %s", async (body) => {
    const file = join(directoryOfTest(), "log");
    const { post } = await agentOfTest({ log: { level: "debug", file } });
    for (const path of ["/monitor", "/metric/append", "/proxy", "/inventory", "/metric"])
      await post(path, body);
    expect(readFileSync(file, "utf8")).toContain("refused");
    expect(readFileSync(file, "utf8")).not.toContain("SECRET");
  });

  it("cannot be guessed at full speed", async () => {
    const { post } = await agentOfTest({ ...withToken(token), api: { allow: ["127.0.0.2"] } });
    const statuses = [];
    for (let count = 0; count < 8; count += 1)
      statuses.push((await post("/monitor", monitor, bearer(`x${count}`))).status);
    expect(statuses.slice(0, 5)).toEqual([403, 403, 403, 403, 403]);
    expect(statuses.slice(6)).toEqual([429, 429]);
    // The right one is not kept out with the guesser, and forgives him nothing.
    expect((await post("/monitor", monitor, bearer(token))).status).toBe(200);
    expect((await post("/monitor", monitor, bearer("x"))).status).toBe(429);
    expect((await post("/monitor", monitor, { ...bearer("x"), from: "127.0.0.2" })).status).toBe(403);
  });

  it("guess at no place of the others': who has a right one forgives no wrong ones", async () => {
    const { post } = await agentOfTest(withToken(token));
    const statuses = new Map<number, number>();
    for (let count = 0; count < 60; count += 1) {
      const { status } = await post("/monitor", monitor, bearer(count % 6 === 5 ? token : `x${count}`));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect(statuses.get(200)).toBe(10);
    expect(statuses.get(403)).toBeLessThan(12);
  });

  it.each([
    [["check_disk"], "check_disk_smb", false],
    [["check_disk"], "xcheck_disk", false],
    [["check_*"], "xcheck_a", false],
    [["check_?"], "check_a", true],
    [["check_*_ro"], "check_a_ro", true],
    [["check_*_*_ro"], `check_${"_".repeat(240)}`, false],
  ])("commands %j and %s", async (commands, name, isAllowed) => {
    const { post } = await agentOfTest(withToken(token, { commands }));
    const { status } = await post("/monitor", { plugin_name: name }, bearer(token));
    expect(status).toBe(isAllowed ? 200 : 403);
  });

  it("a name longer than any program's is none", async () => {
    const { post } = await agentOfTest(withToken(token, { commands: ["check_*_*_ro"] }));
    const name = `check_${"_".repeat(100_000)}`;
    expect((await post("/monitor", { plugin_name: name }, bearer(token))).status).toBe(400);
  });

  it("without commands stand for plugins that are judged", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "check_mine", "echo no");
    const settings = { ...withToken(token), programs: { paths: [directory, "/usr/lib/nagios/plugins"] } };
    const { post } = await agentOfTest(settings);
    const status = async (plugin_name: string, plugin_option = "") =>
      (await post("/monitor", { plugin_name, plugin_option }, bearer(token))).status;
    expect(await status("check_dummy", "0")).toBe(200);
    expect(await status("check_tcp", "-H 127.0.0.1 -p 1")).toBe(403);
    expect(await status("check_mine")).toBe(403);
    expect(await status("negate", '/bin/sh -c "id"')).toBe(403);
    expect(await status("urlize", "http://x /bin/sh -c id")).toBe(403);
    expect(await status("check_log", "-F /etc/shadow -O /dev/null -q root")).toBe(403);
    expect(await status("check_load", "--extra-opts=x@/etc/shadow")).toBe(403);
  });

  it("stand for the programs that the caller may run", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "check_a", "echo a");
    writeScript(directory, "reboot", "echo no");
    const settings = { ...withToken(token, { commands: ["check_*"] }), programs: { paths: [directory] } };
    const { post, get } = await agentOfTest(settings);
    expect((await post("/monitor", { plugin_name: "check_a" }, bearer(token))).json).toMatchObject({
      message: "a\n",
    });
    expect((await post("/monitor", { plugin_name: "reboot" }, bearer(token))).status).toBe(403);
    const { json } = await get("/commands", bearer(token));
    expect(json).toMatchObject({
      caller: "nagios",
      roles: ["check"],
      checks: [{ name: "check_a" }, { name: "check_host_load" }],
      inventory: [],
    });
  });
});

it("the programs of a caller are the same behind a bastion, however the body is written", async () => {
  const directory = directoryOfTest();
  writeScript(directory, "check_a", "echo a");
  writeScript(directory, "reboot", "echo no");
  const edge = await agentOfTest({ programs: { paths: [directory] } });
  const bastion = await agentOfTest(
    withToken(token, { commands: ["check_*"], roles: ["check", "inventory"] }),
  );
  const through = async (request_type: string, request_json: string) => {
    const body = { proxy_hostport: [`127.0.0.1:${edge.port}`], request_type, request_json };
    const { status, text } = await bastion.post("/proxy", body, bearer(token));
    return { status, text };
  };
  expect(await through("monitor", '{"plugin_name":"check_a"}')).toMatchObject({
    status: 200,
    text: expect.stringContaining("a\\n"),
  });
  for (const inner of [
    '{"plugin_name":"reboot"}',
    '{"PLUGIN_NAME":"reboot"}',
    '{"command":"reboot"}',
    '{"plugin_name":"check_a","plugin_name":"reboot"}',
  ]) {
    expect((await through("monitor", inner)).status).toBe(403);
  }
  expect((await through("monitor", '{"plugin_name":"check_a","Plugin_Name":"reboot"}')).text).toContain(
    "a\\n",
  );
  expect((await through("inventory", '{"command":"uname"}')).status).toBe(403);
  expect((await through("monitor", "{")).status).toBe(400);
});

it.each([
  ["access.callers", { access: { callers: [{ name: "x", address: "10.0.0.0/33", roles: ["read"] }] } }],
  ["api.proxy.targets", { api: { proxy: { targets: ["10.0.0.0/33"] } } }],
  ["api.proxy.hops", { api: { proxy: { hops: [{ match: "a b" }] } } }],
] as const)("a range that is none is refused in %s: it would never match", async (_key, settings) => {
  await expect(agentOfTest(settings as Settings)).rejects.toThrow(/expected (a host name|an address)/);
});

describe("roles", () => {
  it("of a caller known by address", async () => {
    const callers = [{ name: "reader", address: "127.0.0.2", roles: ["read"] }];
    const { get, post } = await agentOfTest({
      api: { allow: ["127.0.0.0/8"] },
      access: { callers, anonymous: ["check"] },
    });
    expect((await get("/status", { from: "127.0.0.2" })).status).toBe(200);
    expect((await post("/monitor", monitor, { from: "127.0.0.2" })).status).toBe(403);
    expect((await post("/monitor", monitor)).status).toBe(200);
    expect((await get("/status")).status).toBe(403);
  });

  it("hold on a bastion as they do behind it", async () => {
    const { post, port } = await agentOfTest({ access: { anonymous: ["check"] } });
    const hop = (request_type: string) =>
      post("/proxy", { proxy_hostport: [`127.0.0.1:${port}`], request_type, request_json: monitor });
    expect((await hop("monitor")).status).toBe(200);
    for (const type of [
      "inventory",
      "./inventory",
      "x/../inventory",
      "%69nventory",
      "inventory/",
      "inventory?x",
      "proxy",
      "%zz",
    ]) {
      expect({ type, status: (await hop(type)).status }).toEqual({
        type,
        status: type.startsWith("%") ? 400 : 403,
      });
    }
    expect((await hop("status")).status).toBe(403);
  });

  it("are all there on the unix socket, which only its owner can open", async () => {
    const { get, socketPath } = await agentOfTest(withToken(token));
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
    expect((await get("/status", { socketPath })).status).toBe(200);
    expect((await get("/commands", { socketPath })).json).toMatchObject({ caller: "owner" });
  });
});

describe("a page in a browser", () => {
  it("of another origin is refused", async () => {
    const { get, post, port } = await agentOfTest();
    const from = (origin: string) => ({ headers: { origin } });
    expect((await post("/monitor", monitor, from("https://evil.example"))).status).toBe(403);
    expect((await get("/status", from("null"))).status).toBe(403);
    expect((await get("/status", from(`https://127.0.0.1:${port}`))).status).toBe(200);
  });

  it("that was led here under its own name is refused", async () => {
    const { get, post } = await agentOfTest();
    const named = (host: string) => ({ headers: { host } });
    for (const path of ["/", "/status", "/docs"])
      expect((await get(path, named("evil.example"))).status).toBe(403);
    const origin = { headers: { host: "evil.example", origin: "https://evil.example" } };
    expect((await post("/monitor", monitor, origin)).status).toBe(403);
    expect((await get("/events/socket", named("evil.example"))).status).toBe(403);
    expect((await get("/status", named("localhost"))).status).toBe(200);
    const { text } = await get("/status", named("evil.example"));
    expect(text).toContain("api.names");
  });

  it("is told from the older agent's clients, who ask other hosts by any name", async () => {
    const { get } = await agentOfTest({ api: { allow: ["127.0.0.2"] } });
    const asked = (headers: Record<string, string>) =>
      get("/status", { from: "127.0.0.2", headers: { host: "web1.alias.example", ...headers } });
    expect((await asked({})).status).toBe(200);
    for (const header of ["origin", "referer", "sec-fetch-site"])
      expect((await asked({ [header]: "https://web1.alias.example" })).status).toBe(403);
    const native = await agentOfTest({ api: { allow: ["127.0.0.2"] }, access: { defaults: "native" } });
    const ask = { from: "127.0.0.2", headers: { host: "web1.alias.example" } };
    expect((await native.get("/status", ask)).status).toBe(403);
    const listed = await agentOfTest({
      api: { allow: ["127.0.0.2"], names: "*.alias.example" },
      access: { defaults: "native" },
    });
    expect((await listed.get("/status", ask)).status).toBe(200);
  });

  it("cannot change anything by an address alone", async () => {
    const { get, socketPath } = await agentOfTest({
      access: { anonymous: ["admin"], callers: [{ name: "ops", token, roles: ["admin"] }] },
    });
    const add = "/agent/parameters/add/groups/x";
    expect((await get(add)).status).toBe(401);
    expect((await get("/stop")).status).toBe(401);
    expect((await get("/agent/detectors/run")).status).toBe(401);
    expect((await get(add, { headers: { "x-requested-with": "curl" } })).json).toBe(true);
    expect((await get(add, bearer(token))).json).toBe(false);
    expect((await get("/agent/parameters/remove/groups/x", { socketPath })).json).toBe(true);
  });

  it("gets the documentation without script, and nothing of a check in it", async () => {
    const { get } = await agentOfTest();
    const { text, headers } = await get("/docs");
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'/);
    expect(text).toContain("/machine-state/{key}");
    expect(text).not.toMatch(/<script|https?:\/\//);
  });
});

describe("client certificates", () => {
  interface Authority {
    readonly ca: string;
    issue(name: string): { cert: Buffer; key: Buffer };
  }

  function authorityOf(directory: string): Authority {
    const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });
    openssl(
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      "ca.key",
      "-out",
      "ca.pem",
      "-subj",
      "/CN=test authority",
    );
    return {
      ca: join(directory, "ca.pem"),
      issue(name) {
        openssl(
          "req",
          "-newkey",
          "rsa:2048",
          "-nodes",
          "-keyout",
          `${name}.key`,
          "-out",
          `${name}.csr`,
          "-subj",
          "/CN=unused",
        );
        writeFileSync(join(directory, `${name}.ext`), `subjectAltName=DNS:${name}\n`);
        const sign = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", `${name}.ext`];
        openssl("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.pem`, ...sign);
        return {
          cert: readFileSync(join(directory, `${name}.pem`)),
          key: readFileSync(join(directory, `${name}.key`)),
        };
      },
    };
  }

  it("name their callers, and are needed where the operator says so", async () => {
    const authority = authorityOf(directoryOfTest());
    const nagios = authority.issue("nagios.example");
    const other = authority.issue("other.example");
    const forged = authorityOf(directoryOfTest()).issue("nagios.example");
    const callers = [{ name: "nagios", certificate: "nagios.example", roles: ["check"] }];
    const tls = { client_ca: authority.ca };
    const optional = await agentOfTest({ api: { tls }, access: { callers } });
    const status = async (agent: typeof optional, ask: object) => {
      // A connection of its own: a certificate belongs to a connection.
      return (await agent.post("/monitor", monitor, { from: "127.0.0.1", ...ask })).status;
    };
    expect(await status(optional, nagios)).toBe(200);
    expect(await status(optional, other)).toBe(403);
    expect(await status(optional, forged)).toBe(403);
    expect(await status(optional, {})).toBe(403);
    const anonymous = { callers, anonymous: ["check"] };
    const required = await agentOfTest({
      api: { tls: { ...tls, client_certificate: "required" } },
      access: anonymous,
    });
    expect(await status(required, nagios)).toBe(200);
    expect(await status(required, {})).toBe(403);
    expect(await status(required, forged)).toBe(403);
  });
});
