// Whatever is sent, the agent answers or hangs up, and goes on.
import { readFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import { connect } from "node:tls";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { agentOfTest, send, startTestAgent, type TestAgent } from "../support/agent.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const scratch = temporaryDirectory();
const log = join(scratch.path, "agent.log");
let agent: TestAgent;

beforeAll(async () => {
  const api = { max_body: "64KiB", head_deadline: "1s", request_deadline: "2s", idle_deadline: "5s" };
  agent = await startTestAgent({ api, log: { level: "error", file: log } });
});

afterAll(async () => {
  await agent.release();
  scratch.release();
});

/** Writes the text, perhaps waits, and gives what came back until the connection was closed. */
function talk(port: number, text: string, { tls = true } = {}): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const options = { host: "127.0.0.1", port, rejectUnauthorized: false };
    const socket = tls
      ? connect(options, () => socket.write(text))
      : connectTcp(options, () => socket.write(text));
    socket.on("data", (chunk) => {
      heard += chunk.toString();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(heard));
  });
}

describe("bodies", () => {
  it.each(["/monitor", "/inventory", "/proxy"])(
    "%s refuses one that is too large, told or found out",
    async (path) => {
      const body = `{"plugin_name":"${"x".repeat(70_000)}"}`;
      expect((await agent.post(path, body)).status).toBe(413);
      const chunked = await agent.post(path, body, { headers: { "transfer-encoding": "chunked" } });
      expect(chunked.status).toBe(413);
      expect((await agent.get("/")).status).toBe(200);
    },
  );

  it("depth, odd keys and odd bytes are only bad input", async () => {
    const deep = `${"[".repeat(30_000)}`;
    const bodies = [
      deep,
      '{"__proto__":{"plugin_name":"x"}}',
      '{"constructor":1}',
      "\u0000",
      '"\ud800"',
      "9".repeat(400),
    ];
    for (const body of bodies) expect((await agent.post("/monitor", body)).status).toBe(400);
  });

  it("any JSON to any route is answered", async () => {
    const path = fc.constantFrom("/monitor", "/inventory", "/proxy");
    const key = fc.constantFrom(
      "plugin_name",
      "plugin_option",
      "command",
      "command_option",
      "proxy_hostport",
      "request_json",
      "apikey",
    );
    const body = fc.dictionary(
      key,
      fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom("../x", "a\0b", "$(id)", "[::1]:1")),
    );
    await fc.assert(
      fc.asyncProperty(path, body, async (where, what) => {
        const { status } = await agent.post(where, what);
        expect([200, 400, 403, 500]).toContain(status);
      }),
      { numRuns: 150 },
    );
  });

  it("any path is answered", async () => {
    const segment = fc.string({
      unit: fc.constantFrom(..."ab./%2e0?#&=-_~;:@!$'()*+,[]|\\^`{}\"<>".split("")),
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(segment, async (text) => {
        const { status } = await send(agent.port, { method: "GET", path: `/${text}` });
        expect([200, 400, 404]).toContain(status);
      }),
      { numRuns: 150 },
    );
  });
});

describe("half requests", () => {
  it.each([
    ["half a head", "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", /408/],
    ["half a body", "POST /monitor HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{", /408/],
    ["no HTTP at all", "\x16\x03\x01 what is this\r\n\r\n", /400/],
    [
      "two lengths",
      "POST /monitor HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{",
      /400/,
    ],
    [
      "length and chunks",
      "POST /monitor HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      /400/,
    ],
    ["a head without end", `GET / HTTP/1.1\r\n${"X-A: b\r\n".repeat(5000)}`, /431|400/],
  ])("%s", async (_what, text, answer) => {
    expect(await talk(agent.port, text)).toMatch(answer);
    expect((await agent.get("/")).status).toBe(200);
  });

  it("a connection that never shakes hands is closed", async () => {
    expect(await talk(agent.port, "", { tls: false })).toBe("");
  });

  it("one that breaks off takes nothing with it", async () => {
    await new Promise<void>((resolve) => {
      const socket = connect({ host: "127.0.0.1", port: agent.port, rejectUnauthorized: false }, () => {
        socket.write("POST /monitor HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{");
        socket.destroy();
        resolve();
      });
    });
    expect((await agent.get("/")).status).toBe(200);
  });
});

it("none of all that was a fault of the program's own", () => {
  expect(readFileSync(log, "utf8")).not.toContain("internal error");
});

describe("starting", () => {
  it("says that the port is taken", async () => {
    await expect(agentOfTest({ api: { listen: `127.0.0.1:${agent.port}` } })).rejects.toMatchObject({
      code: "listen.taken",
      message: expect.stringContaining(`127.0.0.1:${agent.port}`),
    });
  });

  it("says that an address is not this host's", async () => {
    await expect(agentOfTest({ api: { listen: "192.0.2.1:0" } })).rejects.toMatchObject({
      code: "listen.failed",
    });
  });
});
