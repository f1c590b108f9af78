// Who stands at the other end of a connection within this host, and what that one may do without a credential.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { agentOfTest, type Settings, send, type TestAgent } from "../support/agent.ts";
import { askAsOther, asUser, freePort, isRoot, otherUid, relayOfAnother } from "../support/other-user.ts";
import { directoryOfTest, writeScript } from "../support/temporary.ts";
import { until } from "../support/until.ts";

const harmless = { plugin_name: "check_host_load", plugin_option: "-w 1000 -c 2000" };
const unknown = { plugin_name: "check_mine" };
const append = { metric_data: [{ hostname: "h", timestamp: 1, metrics: { a: 1 } }] };

/** A directory for plugins with one that nobody judged. */
function withPlugin(): Record<string, unknown> {
  const directory = directoryOfTest();
  writeScript(directory, "check_mine", "id -u");
  return { paths: [directory] };
}

const agentWith = (access: object, more: Settings = {}): Promise<TestAgent> =>
  agentOfTest({ programs: withPlugin(), access: { ...access }, ...more });

interface Row {
  readonly what: string;
  readonly path: string;
  readonly body?: unknown;
}

const rows: readonly Row[] = [
  { what: "read", path: "/status" },
  { what: "push", path: "/metric/append", body: append },
  { what: "push lines", path: "/write", body: "m v=1" },
  { what: "push lines 2", path: "/api/v2/write", body: "m v=1" },
  { what: "push for loda", path: "/post?ns=a", body: [{ name: "a", value: 1 }] },
  { what: "drain", path: "/metric", body: {} },
  { what: "harmless", path: "/monitor", body: harmless },
  { what: "unknown", path: "/monitor", body: unknown },
  { what: "inventory", path: "/inventory", body: { command: "uname" } },
  { what: "evaluate", path: "/agent/evaluator/eval?expr=1", body: "" },
  { what: "stop", path: "/stop" },
];

async function allowed(ask: (row: Row) => Promise<{ status: number }>): Promise<string[]> {
  const granted = [];
  for (const row of rows) if ((await ask(row)).status < 300) granted.push(row.what);
  return granted;
}

/** A connection of the other user's, from that address, that stays; what it says is written and something comes back. */
async function holdAsOther({ port }: TestAgent, from: string, says = ""): Promise<void> {
  const kind = says === "" ? "TCP" : "OPENSSL";
  const to = `${kind}:127.0.0.1:${port},bind=${from}${says === "" ? "" : ",verify=0"}`;
  const [command = "", ...words] = [...asUser(otherUid), "socat", "-d", "-d", "-", to];
  const child = spawn(command, words);
  onTestFinished(() => void child.kill());
  child.stdin.write(says);
  let told = "";
  child.stderr.on("data", (text: Buffer) => {
    told += text.toString();
  });
  if (says === "") await until(async () => told.includes("starting data transfer loop"));
  else await once(child.stdout, "data");
}

const pushes = ["push", "push lines", "push lines 2", "push for loda"];
const native = { defaults: "native" };
const happo = { defaults: "happo" };

describe.runIf(isRoot)("another user of this host", () => {
  const asOther = ({ port }: TestAgent) => allowed((row) => askAsOther({ port, ...row }));

  it("may read and push", async () => {
    expect(await asOther(await agentWith(native))).toEqual(["read", ...pushes]);
  });

  it("may run harmless plugins besides where the older agent's rights hold", async () => {
    expect(await asOther(await agentWith(happo))).toEqual(["read", ...pushes, "harmless"]);
  });

  it("may what the operator says, unknown programs too where the older agent's rights hold", async () => {
    const local_users = ["read", "check", "inventory", "metrics"];
    const older = await agentWith({ ...happo, local_users });
    expect(await asOther(older)).toEqual(["read", ...pushes, "drain", "harmless", "unknown", "inventory"]);
    expect(await asOther(await agentWith({ ...native, local_users: ["check"] }))).toEqual(["harmless"]);
    expect(await asOther(await agentWith({ ...happo, local_users: [] }))).toEqual([]);
  });

  it("is nobody once callers are known, has no more than others, and is none of them by an address", async () => {
    const callers = [{ name: "nagios", address: "127.0.0.1", roles: ["read", "check"] }];
    expect(await asOther(await agentWith({ ...happo, callers }))).toEqual([]);
    expect(await asOther(await agentWith({ ...happo, anonymous: ["read"] }))).toEqual(["read"]);
  });

  it.each(["127.0.0.2", "127.0.0.1"])("stays who he is from %s, which is allowed", async (from) => {
    const agent = await agentWith(happo, { api: { allow: ["127.0.0.0/8"] } });
    const ask = (row: Row) => askAsOther({ port: agent.port, from, ...row });
    expect(await allowed(ask)).toEqual(["read", ...pushes, "harmless"]);
  });

  it("is one source, whatever address of loopback he comes from", async () => {
    const agent = await agentWith(happo, { api: { allow: ["127.0.0.0/8"], max_connections: 8 } });
    for (const from of ["127.0.0.2", "127.0.0.3"])
      for (let count = 0; count < 4; count += 1) await holdAsOther(agent, from);
    const { json } = await agent.get("/status", { socketPath: agent.socketPath });
    expect(json).toMatchObject({ connections: { open: 4, waiting: 4 } });
  });

  it("does not keep the owner from watching what passes", async () => {
    const agent = await agentWith(native);
    for (let count = 0; count < 16; count += 1)
      await holdAsOther(agent, "127.0.0.1", "GET /tap HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const asking = get({ socketPath: agent.socketPath, path: "/tap" });
    onTestFinished(() => void asking.destroy());
    const [response] = (await once(asking, "response")) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
  });

  it("gets no further by way of the agent itself", async () => {
    const agent = await agentWith(happo);
    const ask = (request_type: string, request_json: unknown) =>
      askAsOther({
        port: agent.port,
        path: "/proxy",
        body: { proxy_hostport: [`127.0.0.1:${agent.port}`], request_type, request_json },
      });
    expect((await ask("monitor", unknown)).status).toBe(403);
    expect((await ask("monitor", harmless)).status).toBe(403);
    expect((await ask("status", {})).status).toBe(403);
  });

  it("shows a token like everybody else", async () => {
    const callers = [{ name: "nagios", token: "a-token-of-some-length", roles: ["check"], commands: ["*"] }];
    const { port } = await agentWith({ ...native, callers });
    const headers = ["authorization: Bearer a-token-of-some-length"];
    const { status, text } = await askAsOther({ port, path: "/monitor", body: unknown, headers });
    expect([status, JSON.parse(text)]).toEqual([200, { return_value: 0, message: "0\n" }]);
  });
});

describe("who runs the agent", () => {
  const ask = (agent: TestAgent, more = {}) =>
    allowed(({ path, body }) => (body === undefined ? agent.get(path, more) : agent.post(path, body, more)));

  it("may read, push and run harmless plugins over loopback; the unix socket makes the owner", async () => {
    const agent = await agentWith(native);
    expect(await ask(agent)).toEqual(["read", ...pushes, "harmless"]);
    const { status, json } = await agent.post("/monitor", unknown, { socketPath: agent.socketPath });
    expect([status, json]).toMatchObject([200, { return_value: 0 }]);
  });

  it("may what the older agent gave where its rights hold", async () => {
    const expected = ["read", ...pushes, "drain", "harmless", "unknown", "inventory"];
    expect(await ask(await agentWith(happo))).toEqual(expected);
  });

  it.each(["forwarded", "via", "x-forwarded-for", "x-forwarded-anything", "X-Real-IP"])(
    "is nobody in somebody else's name: %s",
    async (header) => {
      const agent = await agentWith(happo);
      expect(await ask(agent, { headers: { [header]: "192.0.2.1" } })).toEqual([]);
    },
  );

  it("is nobody in somebody else's name, however many headers stand before it", async () => {
    const agent = await agentWith(happo);
    const many = Object.fromEntries(Array.from({ length: 1500 }, (_, place) => [`a${place}`, ""]));
    const headers = { host: "localhost", ...many };
    expect(await ask(agent, { headers })).toContain("read");
    expect(await ask(agent, { headers: { ...headers, forwarded: "for=192.0.2.1" } })).toEqual([]);
  });
});

async function relayOfTest(port: number, uid: number): Promise<number> {
  const relay = await relayOfAnother(port, uid);
  onTestFinished(() => relay.stop());
  return relay.port;
}

describe.runIf(isRoot)("a relay on this host", () => {
  const through = (port: number) => allowed((row) => askAsOther({ port, ...row }));

  it("of root's makes nobody the owner", async () => {
    const agent = await agentWith(native);
    const relay = await relayOfTest(agent.port, 0);
    expect(await through(relay)).toEqual(["read", ...pushes, "harmless"]);
  });

  it("of another user's is that user, as a tunnel of his ssh is", async () => {
    const agent = await agentWith(happo);
    const relay = await relayOfTest(agent.port, otherUid);
    const ask = ({ path, body }: Row) =>
      send(relay, { path, method: body === undefined ? "GET" : "POST", body });
    expect(await allowed(ask)).toEqual(["read", ...pushes, "harmless"]);
  });

  it("that is nginx speaks for others", async () => {
    const agent = await agentWith(happo);
    const directory = directoryOfTest();
    const port = await freePort();
    const certificate = join(agent.home, "server.pem");
    writeFileSync(
      join(directory, "nginx.conf"),
      `daemon off; user root; pid ${directory}/pid; error_log ${directory}/log; events {}
      http { access_log off; client_body_temp_path ${directory}/b; proxy_temp_path ${directory}/p;
        fastcgi_temp_path ${directory}/f; uwsgi_temp_path ${directory}/u; scgi_temp_path ${directory}/s;
        server { listen 127.0.0.1:${port} ssl; ssl_certificate ${certificate}; ssl_certificate_key ${join(agent.home, "server.key")};
          location / { proxy_pass https://127.0.0.1:${agent.port}; proxy_set_header X-Forwarded-For $remote_addr; } } }`,
    );
    const nginx = spawn("nginx", ["-c", join(directory, "nginx.conf"), "-e", join(directory, "log")]);
    onTestFinished(() => void nginx.kill());
    await until(async () => (await askAsOther({ port, path: "/" }).catch(() => undefined))?.status === 200);
    expect(await through(port)).toEqual([]);
  });
});
