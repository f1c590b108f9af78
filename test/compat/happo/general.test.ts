// Contract happo §13.1 and §12.4: rows G and A.
import { connect as connectTcp } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ask, agentOfTest, send, startTestAgent, type TestAgent } from "../../support/agent.ts";
import { writeHappoPrograms } from "../../support/happo-programs.ts";
import { directoryOfTest } from "../../support/temporary.ts";

let agent: TestAgent;

beforeAll(async () => {
  agent = await startTestAgent();
});

afterAll(() => agent.release());

const ask = (method: string, path: string, options: Ask = {}) =>
  send(agent.port, { method, path, ...options });

function handshake(port: number, options: ConnectionOptions): Promise<TLSSocket | string> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...options });
    socket.once("secureConnect", () => resolve(socket));
    socket.once("error", (error) => resolve((error as Error & { code?: string }).code ?? error.message));
  });
}

describe("routes", () => {
  it.each(["/", "/?a=1"])("G1: GET %s", async (path) => {
    const { status, text, headers } = await agent.get(path);
    expect({ status, text }).toEqual({ status: 200, text: "OK" });
    expect(headers["content-type"]).toMatch(/^text\/plain/);
  });

  it("G2: HEAD /", async () => {
    const { status, text } = await ask("HEAD", "/");
    expect({ status, text }).toEqual({ status: 200, text: "" });
  });

  it.each([
    ["POST", "/"],
    ["GET", "/nope"],
    ["GET", "/monitor"],
    ["OPTIONS", "/monitor"],
    ["DELETE", "/monitor"],
    ["PROPFIND", "/"],
    ["POST", "//monitor"],
    ["POST", "/Monitor"],
    ["POST", "/monitor/x"],
    ["POST", "/monitor//"],
    ["GET", "/machine-state/a/b"],
    ["GET", "/%2e%2e/%00"],
    ["GET", "/%zz"],
  ])("G3, G5: %s %s is not there", async (method, path) => {
    const { status, text, headers } = await ask(method, path);
    expect({ status, text }).toEqual({ status: 404, text: "404 page not found\n" });
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });

  it.each(["/monitor/", "/monitor?x=1", "/monitor/?x=1"])("G4: %s is /monitor", async (path) => {
    const { status, json } = await agent.post(path, { plugin_name: "nothing-here" });
    expect(status).toBe(200);
    expect(json).toMatchObject({ return_value: 127 });
  });

  it("G17: a chunked body, and Expect: 100-continue", async () => {
    const body = JSON.stringify({ plugin_name: "nothing-here" });
    for (const headers of [{ "transfer-encoding": "chunked" }, { expect: "100-continue" }]) {
      expect((await agent.post("/monitor", body, { headers })).json).toMatchObject({ return_value: 127 });
    }
  });
});

describe("allowed hosts", () => {
  it.each(["/", "/nope"])("G6: %s from a host that is not allowed", async (path) => {
    const { status, text } = await agent.get(path, { from: "127.0.0.2" });
    expect({ status, text }).toEqual({ status: 403, text: "Access Denied\n" });
  });

  it("G7: what a proxy claims does not count", async () => {
    const headers = { "x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1" };
    expect((await agent.get("/", { from: "127.0.0.2", headers })).status).toBe(403);
  });

  it.each([
    ["G8", ["127.0.0.2", "127.0.1.0/24"], { "127.0.0.2": 200, "127.0.1.7": 200, "127.0.0.3": 403 }],
    [
      "G9",
      ["10.0.0.0/8", "127.0.0.2", "127.0.2.5/24"],
      { "127.0.0.2": 200, "127.0.2.77": 200, "127.0.0.9": 403 },
    ],
    ["G10 (proposed)", ["10.0.0.0/8,127.0.0.2"], { "127.0.0.2": 200, "127.0.0.3": 403 }],
    ["A0", ["FAIL"], { "127.0.0.2": 503, "127.0.0.1": 200 }],
    ["A0", ["127.0.0.2", "10.0.0.0/33"], { "127.0.0.2": 200, "127.0.0.3": 503 }],
    ["A1, A2, A3", ["127.0.0.12"], { "127.0.0.2": 403, "127.0.0.12": 200, "127.0.0.1": 200 }],
    ["A4, A5", ["127.0.3.0/24"], { "127.0.3.12": 200, "127.0.4.12": 403 }],
    ["empty entries", ["", "127.0.0.2"], { "127.0.0.2": 200 }],
    ["every host", ["0.0.0.0/0"], { "127.9.9.9": 200 }],
  ])("%s: %j", async (_row, allow, expected) => {
    const { get } = await agentOfTest({ api: { allow } });
    for (const [from, status] of Object.entries(expected)) {
      const reply = await get("/", { from });
      expect({ from, status: reply.status }).toEqual({ from, status });
      if (status === 503) expect(reply.text).toBe(`ACL format error: ${allow.at(-1)}\n`);
    }
  });

  it("G12 (proposed): ::1 is this host too, and IPv4 is IPv4 on a socket for both", async () => {
    const both = await agentOfTest({ api: { listen: "[::]:0" } });
    expect((await send(both.ownPort, { host: "::1", path: "/", method: "GET" })).status).toBe(200);
    expect((await both.get("/")).status).toBe(200);
    expect((await both.get("/", { from: "127.0.0.2" })).status).toBe(403);
  });
});

describe("TLS", () => {
  it("G13: 1.1 is refused, 1.2 and 1.3 have the named suites, ALPN has http/1.1 only", async () => {
    const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" } as const;
    expect(await handshake(agent.port, old)).toMatch(/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/i);
    for (const [version, suite] of [
      ["TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256"],
      ["TLSv1.3", "TLS_AES_128_GCM_SHA256"],
    ] as const) {
      const offer = { minVersion: version, maxVersion: version, ALPNProtocols: ["h2", "http/1.1"] };
      const socket = (await handshake(agent.port, offer)) as TLSSocket;
      expect([socket.getCipher().name, socket.alpnProtocol]).toEqual([suite, "http/1.1"]);
      socket.destroy();
    }
  });

  it.each(["ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305", "AES128-SHA", "AES128-GCM-SHA256"])(
    "G14: %s is refused",
    async (ciphers) => {
      expect(await handshake(agent.port, { maxVersion: "TLSv1.2", ciphers })).toMatch(/HANDSHAKE_FAILURE/i);
    },
  );

  it("plain HTTP gets no answer of the API", async () => {
    const text = await new Promise<string>((resolve) => {
      let heard = "";
      const socket = connectTcp(agent.port, "127.0.0.1", () =>
        socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
      );
      socket.on("data", (chunk) => {
        heard += chunk.toString();
      });
      socket.on("close", () => resolve(heard));
      socket.on("error", () => {});
    });
    expect(text).not.toContain("OK");
  });
});

describe("connections", () => {
  it("G15: further ones than max_connections wait until one closes", async () => {
    const { port } = await agentOfTest({ api: { max_connections: 2 } });
    const [first, second] = (await Promise.all([handshake(port, {}), handshake(port, {})])) as [
      TLSSocket,
      TLSSocket,
    ];
    const waiting = send(port, { path: "/", method: "GET" });
    const undecided = Symbol("undecided");
    const soon = new Promise((resolve) => setTimeout(() => resolve(undecided), 300));
    expect(await Promise.race([waiting, soon])).toBe(undecided);
    first.destroy();
    expect((await waiting).status).toBe(200);
    second.destroy();
  });

  it("G16: twenty programs of a second take much less than twenty seconds", async () => {
    const directory = directoryOfTest();
    writeHappoPrograms(directory);
    const { post } = await agentOfTest({ programs: { paths: [directory] } });
    const began = performance.now();
    const body = { plugin_name: "monitor_test_sleep", plugin_option: "1" };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post("/monitor", body)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(performance.now() - began).toBeLessThan(12_000);
  });
});
