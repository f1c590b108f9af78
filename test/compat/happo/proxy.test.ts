// Contract happo §13.6, §12.6 and §9: rows R and P. The edges are real servers; the chain is of real agents.

import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { agentOfTest, sharedCertificate, startTestAgent, type TestAgent } from "../../support/agent.ts";
import { writeHappoPrograms } from "../../support/happo-programs.ts";
import { temporaryDirectory } from "../../support/temporary.ts";

const programs = temporaryDirectory();
let bastion: TestAgent;
let second: TestAgent;
let edge: TestAgent;

beforeAll(async () => {
  writeHappoPrograms(programs.path);
  bastion = await startTestAgent({
    access: { anonymous: ["read", "check", "inventory", "metrics", "operate"] },
    api: { proxy: { deadline: "1s" } },
  });
  second = await startTestAgent({ api: { proxy: { deadline: "1s" } } });
  edge = await startTestAgent({
    programs: { paths: [programs.path], deadline: "500ms" },
    access: { inventory: "any" },
  });
});

afterAll(async () => {
  await Promise.all([bastion, second, edge].map((agent) => agent.release()));
  programs.release();
});

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
const at = (port: number) => `127.0.0.1:${port}`;
const check = (option: string) => ({ plugin_name: "monitor_test_plugin", plugin_option: option });

async function proxy(hops: readonly string[], type: string | undefined, inner: unknown, via = bastion) {
  const body = { proxy_hostport: hops, request_type: type, request_json: inner };
  const { status, text, headers } = await via.post("/proxy", body);
  return { status, text, type: headers["content-type"], headers };
}

interface Stub {
  readonly port: number;
  readonly requests: {
    method: string;
    url: string;
    headers: IncomingMessage["headers"];
    body: string;
    socket: Socket;
  }[];
}

/** A hop that answers as the test says. */
async function hopOf(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Stub> {
  const { certificate: cert, key } = await sharedCertificate();
  const requests: Stub["requests"] = [];
  const server: Server = createServer({ cert, key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers, socket } = request;
      requests.push({ method, url, headers, body: Buffer.concat(chunks).toString(), socket });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, requests };
}

const expected = (code: number) =>
  `{"return_value":${code},"message":"Output of monitor_test_plugin. exit status is ${code}\\n"}`;

describe("the edge's answer comes back as it is", () => {
  it.each([
    ["R1", "base64", base64(check("1"))],
    ["R2 (accepted)", "JSON text", ` ${JSON.stringify(check("1"))}`],
    ["§9.2", "a JSON object", check("1")],
  ])("%s: %s", async (_row, _form, inner) => {
    const { status, text, type } = await proxy([at(edge.port)], "monitor", inner);
    expect({ status, text, type }).toEqual({
      status: 200,
      text: expected(1),
      type: "text/plain; charset=utf-8",
    });
  });

  it("R3: through a chain of three agents", async () => {
    const { status, text } = await proxy([at(second.port), at(edge.port)], "monitor", base64(check("2")));
    expect({ status, text }).toEqual({ status: 200, text: expected(2) });
  });

  it("R4: an inventory that works and one that fails", async () => {
    const fine = await proxy([at(edge.port)], "inventory", base64({ command: "echo", command_option: "x" }));
    expect(fine).toMatchObject({ status: 200, text: '{"return_code":0,"return_value":"x\\n"}' });
    const failing = await proxy([at(edge.port)], "inventory", base64({ command: "false" }));
    expect(failing).toMatchObject({ status: 400, text: '{"return_code":1,"return_value":""}' });
  });

  it("R6: the edge's own timeout", async () => {
    const { status, text } = await proxy(
      [at(edge.port)],
      "monitor",
      base64({ plugin_name: "execsleep", plugin_option: "8" }),
    );
    expect(status).toBe(500);
    expect(JSON.parse(text)).toEqual({
      return_value: 2,
      message: `Exec timeout: ${programs.path}/execsleep 8`,
    });
  });

  it.each([
    [500, "boom"],
    [503, "error response"],
    [204, ""],
    [404, "gone"],
    [417, "{}"],
    [307, "elsewhere"],
    [302, "elsewhere"],
  ])("R9, R10, P3: %i", async (status, text) => {
    const hop = await hopOf((_request, response) => {
      response.writeHead(status, { location: "/other", "content-type": "text/html", "x-edge": "1" });
      response.end(text);
    });
    const answer = await proxy([at(hop.port)], "monitor", "");
    expect({ status: answer.status, text: answer.text }).toEqual({ status, text });
    expect(answer.headers).not.toHaveProperty("x-edge");
    expect(answer.headers).not.toHaveProperty("location");
    expect(answer.type).toBe("text/plain; charset=utf-8");
    expect(hop.requests).toHaveLength(1);
  });

  it.each(["no-such-endpoint", "status"])(
    "R13: the request type %s is the edge's to refuse",
    async (type) => {
      const { status, text } = await proxy([at(edge.port)], type, base64({}));
      expect({ status, text }).toEqual({ status: 404, text: "404 page not found\n" });
    },
  );
});

describe("what the next hop gets", () => {
  it("R14, R16, P1: a POST of JSON on a connection that is used again", async () => {
    const hop = await hopOf((_request, response) => response.end("OK"));
    for (let count = 0; count < 3; count += 1) {
      await proxy([at(hop.port)], "metric/config/update?x=1", base64({ a: count }));
    }
    expect(hop.requests.map(({ method, url, body }) => [method, url, body])).toEqual([
      ["POST", "/metric/config/update?x=1", '{"a":0}'],
      ["POST", "/metric/config/update?x=1", '{"a":1}'],
      ["POST", "/metric/config/update?x=1", '{"a":2}'],
    ]);
    expect(hop.requests[0]?.headers["content-type"]).toBe("application/json");
    expect(new Set(hop.requests.map(({ socket }) => socket.remotePort)).size).toBe(1);
  });

  it("P6: the rest of the chain, the inner request always as base64", async () => {
    const hop = await hopOf((_request, response) => response.end("{}"));
    await proxy([at(hop.port), "edge:6777"], "monitor", JSON.stringify(check("1")));
    expect(hop.requests[0]?.url).toBe("/proxy");
    const body = { proxy_hostport: ["edge:6777"], request_type: "monitor", request_json: base64(check("1")) };
    expect(JSON.parse(hop.requests[0]?.body ?? "")).toEqual(body);
  });

  it("§9.1: an empty request type asks for /, an absent request_json is an empty body", async () => {
    const hop = await hopOf((_request, response) => response.end("{}"));
    await proxy([at(hop.port)], undefined, undefined);
    expect(hop.requests[0]).toMatchObject({ url: "/", body: "" });
  });
});

describe("a hop that fails", () => {
  it("R7, P2, P5: a slow edge", async () => {
    const hop = await hopOf(() => {});
    const began = performance.now();
    const { status, text, type } = await proxy([at(hop.port)], "monitor", "");
    expect(performance.now() - began).toBeGreaterThan(950);
    expect({ status, type }).toEqual({ status: 504, type: "text/plain; charset=utf-8" });
    const message = expect.stringContaining(`https://127.0.0.1:${hop.port}/monitor`);
    expect(JSON.parse(text)).toEqual({ return_value: 3, message });
  });

  it("P7: a slow second hop is told of by the hop before it, within the first one's time", async () => {
    const hop = await hopOf(() => {});
    const first = await agentOfTest({
      access: { anonymous: ["read", "check", "inventory", "metrics", "operate"] },
      api: { proxy: { deadline: "4s" } },
    });
    const patient = await agentOfTest({ api: { proxy: { deadline: "60s" } } });
    const began = performance.now();
    const { status, text } = await proxy([at(patient.port), at(hop.port)], "monitor", "", first);
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(status).toBe(504);
    expect(JSON.parse(text)).toMatchObject({ message: expect.stringContaining(`:${hop.port}/monitor`) });
  });

  it("P7: a first hop that does not answer", async () => {
    const hop = await hopOf(() => {});
    const { status, text } = await proxy([at(hop.port), "edge:1"], "monitor", "");
    expect(status).toBe(504);
    expect(JSON.parse(text)).toMatchObject({
      return_value: 3,
      message: expect.stringContaining(`:${hop.port}/proxy`),
    });
  });

  it.each([
    ["127.0.0.1:1", "https://127.0.0.1:1/monitor"],
    ["no-such-host.invalid:6777", "https://no-such-host.invalid:6777/monitor"],
    ["127.0.0.3", "https://127.0.0.3:6777/monitor"],
    ["127.0.0.3:abc", "https://127.0.0.3:6777/monitor"],
  ])("R8: %s", async (hop, url) => {
    const { status, text } = await proxy([hop], "monitor", "");
    expect(status).toBe(500);
    expect(JSON.parse(text)).toEqual({ return_value: 3, message: expect.stringContaining(url) });
  });

  it("R11: an answer that is cut off", async () => {
    const hop = await hopOf((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half");
      setTimeout(() => response.destroy(), 20);
    });
    const { status, text } = await proxy([at(hop.port)], "monitor", "");
    expect(status).toBe(500);
    expect(JSON.parse(text)).toEqual({ return_value: 3, message: expect.stringContaining("unexpected EOF") });
  });

  it.each([
    '{"proxy_hostport":[]}',
    "{}",
    "",
    "{",
    "null",
    '{"proxy_hostport":[5]}',
    '{"proxy_hostport":""}',
    '{"proxy_hostport":[""]}',
    '{"proxy_hostport":[":6777"]}',
    '{"proxy_hostport":["a b:1"]}',
    '{"proxy_hostport":["a/../b:1"]}',
    '{"proxy_hostport":["127.0.0.1:1"],"request_json":"neither nor"}',
    '{"proxy_hostport":["127.0.0.1:1"],"request_json":5}',
    `{"proxy_hostport":${JSON.stringify(Array.from({ length: 40 }, () => "127.0.0.1:1"))}}`,
  ])("R15 (proposed): %j goes nowhere", async (body) => {
    const { status, text } = await bastion.post("/proxy", body);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toEqual({ return_value: 3, message: expect.stringMatching(/./) });
  });

  it("R15 (proposed): an IPv6 address in brackets", async () => {
    const { status, text } = await proxy(["[::1]:1"], "monitor", "");
    expect(status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ message: expect.stringContaining("https://[::1]:1/monitor") });
  });
});
