// What a bastion must not be: a way round the next agent's list, a scanner, a listener in the middle.

import { randomBytes, X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { refusalOf, TargetPolicy } from "../../src/api/proxy/target-policy.ts";
import { connectionNames } from "../../src/transports/connect.ts";
import { HostNames } from "../../src/transports/host-names.ts";
import { fingerprintOf, httpRequest } from "../../src/transports/http-client.ts";
import { agentOfTest, sharedCertificate } from "../support/agent.ts";
import { directoryOfTest } from "../support/temporary.ts";

const inner = { plugin_name: "check_host_load" };
const stranger = { from: "127.0.0.2" };

async function hopPort(name = "localhost"): Promise<number> {
  const { certificate: cert, key } = await sharedCertificate(name);
  const server: Server = createServer({ cert, key }, (_request, response) => response.end("reached"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

describe("a caller from elsewhere", () => {
  it.each([
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "169.254.169.254",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.1.",
    "127.000.000.001",
    "0",
    "[::ffff:7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::127.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[2002:7f00:1::]",
    "[2002:a9fe:a9fe:1::2]",
  ])("is not taken to %s", async (host) => {
    const { post } = await agentOfTest({ api: { allow: ["127.0.0.2"] } });
    const body = { proxy_hostport: [`${host}:1`], request_type: "monitor", request_json: inner };
    const { status, text } = await post("/proxy", body, stranger);
    expect(status).toBe(403);
    expect(JSON.parse(text)).toEqual({ return_value: 3, message: expect.stringContaining("refused") });
  });

  it("is taken where the operator says, by address and by name", async () => {
    const port = await hopPort();
    for (const targets of [["127.0.0.0/8"], ["localhost"]]) {
      const { post } = await agentOfTest({ api: { allow: ["127.0.0.2"], proxy: { targets } } });
      const ask = async (host: string) =>
        (await post("/proxy", { proxy_hostport: [`${host}:${port}`], request_type: "status" }, stranger))
          .text;
      expect(await ask(targets[0] === "localhost" ? "localhost" : "127.0.0.1")).toBe("reached");
      expect(await ask("192.0.2.1")).toContain("not among api.proxy.targets");
    }
  });
});

it.each([
  "127.1",
  "2130706433",
  "0x7f.1",
  "0177.0.0.1",
  "127.0.0.1.",
  "127.000.000.001",
  "167837955",
  "10.99.1",
])("a list of targets is no list of spellings: %s", async (host) => {
  const targets = ["10.20.0.0/16"];
  const { post } = await agentOfTest({ api: { allow: ["127.0.0.2"], proxy: { targets } } });
  const body = { proxy_hostport: [`${host}:1`], request_type: "monitor", request_json: inner };
  const { status, text } = await post("/proxy", body, stranger);
  expect([status, text]).toEqual([403, expect.stringContaining("not among api.proxy.targets")]);
});

it.each(["2130706433", "0x7f.1", "127.1"])(
  "a spelling of an address that is allowed is that address: %s",
  async (host) => {
    const port = await hopPort();
    const { post } = await agentOfTest({ api: { allow: ["127.0.0.2"], proxy: { targets: ["127.0.0.1"] } } });
    const body = { proxy_hostport: [`${host}:${port}`], request_type: "status" };
    expect((await post("/proxy", body, stranger)).text).toBe("reached");
  },
);

it("nothing is sent before the address is judged that was connected to", async () => {
  const heard: Buffer[] = [];
  const server = createTcpServer((socket) => socket.on("data", (bytes) => heard.push(bytes)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const policy = new TargetPolicy([]);
  const asking = httpRequest({
    method: "POST",
    url: new URL(`https://127.0.0.1:${port}/monitor`),
    body: "secret",
    timeoutMs: 5000,
    answerLimitBytes: 1000,
    trust: { verify: false },
    refuseAddress: policy.connectionCheck("name.example"),
  });
  await expect(asking).rejects.toMatchObject({ cause: { code: "proxy.target" } });
  expect(heard).toEqual([]);
});

describe("what is asked for is what was judged", () => {
  const ask = async (request_type: string, roles: readonly string[]) => {
    const port = await pathPort();
    const { post } = await agentOfTest({ access: { anonymous: roles } });
    const body = { proxy_hostport: [`127.0.0.1:${port}`], request_type, request_json: "{}" };
    const { status, text } = await post("/proxy", body);
    return status === 200 ? text : status;
  };

  it.each([
    ["status", "/status"],
    ["status?a=1", "/status?a=1"],
    ["./status", "/status"],
    ["x/../status", "/status"],
    ["status/", "/status/"],
    ["", "/"],
    ["render", "/render"],
    ["metrics", "/metrics"],
  ])("a reader may ask for %s", async (type, path) => {
    expect(await ask(type, ["read"])).toBe(path);
  });

  it.each([
    ...["/anything", "//x", "//admin/delete", "/status", "\\admin", "anything", "autoscaling/delete"],
    ...["monitor", "inventory", "metric", "write", "api/v2/write", "post", "metric/append"],
    ...["metric/config/update", "proxy", "checks/run", "stop", "agent/evaluator/eval", "Status"],
  ])("a reader may not ask for %s", async (type) => {
    expect(await ask(type, ["read"])).toBe(403);
  });

  it.each(["%73tatus", "a b", "status;x", "st\u0000atus", "status\u00e9", "%"])(
    "nobody may ask for %j",
    async (type) => {
      expect(await ask(type, ["admin"])).toBe(400);
    },
  );

  it.each([
    ["write", ["push"]],
    ["metric/append", ["push"]],
    ["metric", ["metrics"]],
    ["anything", ["operate"]],
    ["//x", ["operate"]],
    ["stop", ["admin"]],
  ])("%s asks for what it asks for directly", async (type, roles) => {
    expect(await ask(type, roles)).toMatch(/^\//);
  });
});

/** A server that answers with the path that it was asked for. */
async function pathPort(): Promise<number> {
  const { certificate: cert, key } = await sharedCertificate();
  const server = createServer({ cert, key }, (request, response) => response.end(request.url));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

it("knows every spelling of this host", () => {
  const own = [
    "127.1.2.3",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
  ];
  const links = [
    "fe80::1",
    "fe80::1%eth0",
    "169.254.169.254",
    "::ffff:a9fe:a9fe",
    "fd00:ec2::254",
    "100.100.100.200",
  ];
  for (const address of [...own, ...links, "0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255"]) {
    expect({ address, refused: refusalOf(address) !== undefined }).toEqual({ address, refused: true });
  }
  for (const address of ["10.0.0.1", "192.168.1.1", "8.8.8.8", "2001:db8::1", "fd00::1", "::ffff:10.0.0.1"]) {
    expect({ address, refused: refusalOf(address) !== undefined }).toEqual({ address, refused: false });
  }
});

it("looks a name up once, and connects to what it looked at", async () => {
  const look = (policy: TargetPolicy) =>
    new Promise((resolve) =>
      connectionNames(policy.naming).lookup("localhost", { all: false }, (error, address) =>
        resolve(error ?? address),
      ),
    );
  expect(await look(new TargetPolicy([]))).toMatchObject({ code: "proxy.target" });
  expect(await look(new TargetPolicy(["localhost"]))).toMatch(/^(127\.0\.0\.1|::1)$/);
  expect(await look(new TargetPolicy(["127.0.0.0/8", "::1"]))).toMatch(/^(127\.0\.0\.1|::1)$/);
});

describe("a name with several addresses", () => {
  const found = (...addresses: string[]) =>
    new HostNames(async () =>
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  const look = (policy: TargetPolicy, names: HostNames, all: boolean) =>
    new Promise((resolve) =>
      connectionNames(policy.naming, names).lookup("twice.example", { all }, (error, address) =>
        resolve(error?.code ?? address),
      ),
    );

  it.each([
    [["192.0.2.1", "127.0.0.1"], []],
    [["127.0.0.1", "192.0.2.1"], []],
    [["2001:db8::1", "192.0.2.1", "169.254.169.254"], []],
    [["192.0.2.1", "198.51.100.1"], ["192.0.2.0/24"]],
  ])("is refused where one of them may not be asked: %j", async (addresses, targets) => {
    const names = found(...addresses);
    const policy = new TargetPolicy(targets, names);
    expect(await look(policy, names, false)).toBe("proxy.target");
    expect(await look(policy, names, true)).toBe("proxy.target");
    await expect(policy.resolve("twice.example")).rejects.toMatchObject({ code: "proxy.target" });
  });

  it("is taken with all of them where all may be asked", async () => {
    const names = found("192.0.2.1", "2001:db8::1");
    const policy = new TargetPolicy([], names);
    expect(await look(policy, names, false)).toBe("192.0.2.1");
    expect(await look(policy, names, true)).toEqual([
      { address: "192.0.2.1", family: 4 },
      { address: "2001:db8::1", family: 6 },
    ]);
    expect(await policy.resolve("twice.example")).toBe("192.0.2.1");
  });

  it("is told from one that has none", async () => {
    const failed = Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
    const names = new HostNames(() => Promise.reject(failed));
    const policy = new TargetPolicy([], names);
    expect(await look(policy, names, false)).toBe("ENOTFOUND");
    await expect(policy.resolve("none.example")).rejects.toThrow("it has no address");
  });
});

describe("trust in a hop", () => {
  const ask = async (hops: object[], port: number) => {
    const { post } = await agentOfTest({ api: { proxy: { hops } } });
    const { status, text } = await post("/proxy", {
      proxy_hostport: [`127.0.0.1:${port}`],
      request_type: "status",
    });
    return { status, text };
  };

  it("by a pinned certificate", async () => {
    const port = await hopPort();
    const pin = fingerprintOf(new X509Certificate((await sharedCertificate()).certificate).raw);
    expect(await ask([{ match: "127.0.0.1", pin }], port)).toEqual({ status: 200, text: "reached" });
    const wrong = await ask([{ match: "127.0.0.0/8", pin: "ab".repeat(32) }], port);
    expect(wrong.status).toBe(500);
    expect(JSON.parse(wrong.text)).toEqual({
      return_value: 3,
      message: expect.stringContaining(`fingerprint is ${pin}`),
    });
  });

  it("by a pinned certificate that is shown each time: no session is taken up again", async () => {
    const [pinned, other] = [await sharedCertificate(), await sharedCertificate("other.example")];
    const ticketKeys = randomBytes(48);
    const own = { cert: pinned.certificate, key: pinned.key, ticketKeys };
    // Each request has a connection of its own, for which a session may be taken up.
    const server = createServer(own, (_request, response) =>
      response.writeHead(200, { connection: "close" }).end("reached"),
    );
    const resumed: boolean[] = [];
    server.on("secureConnection", (socket) => resumed.push(socket.isSessionReused()));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const body = { proxy_hostport: [`127.0.0.1:${port}`], request_type: "status" };
    const pin = fingerprintOf(new X509Certificate(pinned.certificate).raw);
    const anybody = await agentOfTest();
    const strict = await agentOfTest({ api: { proxy: { hops: [{ match: "127.0.0.1", pin }] } } });
    for (const { post } of [anybody, strict])
      for (let round = 0; round < 2; round += 1) expect((await post("/proxy", body)).text).toBe("reached");
    expect(resumed).toEqual([false, true, false, false]);
    server.setSecureContext({ cert: other.certificate, key: other.key, ticketKeys });
    expect((await strict.post("/proxy", body)).text).toContain("not the pinned one");
    expect((await anybody.post("/proxy", body)).text).toBe("reached");
  });

  it("by an authority", async () => {
    const port = await hopPort();
    const directory = directoryOfTest();
    const ca = join(directory, "ca.pem");
    writeFileSync(ca, (await sharedCertificate()).certificate);
    expect(await ask([{ match: "127.0.0.1", ca }], port)).toEqual({ status: 200, text: "reached" });
    writeFileSync(ca, (await sharedCertificate("other.example")).certificate);
    const wrong = await ask([{ match: "127.0.0.1", ca }], port);
    expect(wrong.status).toBe(500);
    expect(wrong.text).toMatch(/self-signed certificate|unable to verify/);
  });

  it("shown to it by a token of the bastion's own", async () => {
    const token = "a-bastion-of-some-standing";
    const callers = [{ name: "bastion", token, roles: ["check"] }];
    const edge = await agentOfTest({ access: { callers } });
    const body = { proxy_hostport: [`127.0.0.1:${edge.port}`], request_type: "monitor", request_json: inner };
    const without = await agentOfTest();
    expect((await without.post("/proxy", body)).status).toBe(403);
    const withToken = await agentOfTest({ api: { proxy: { hops: [{ match: "127.0.0.1", token }] } } });
    const { status, json } = await withToken.post("/proxy", body);
    expect(status).toBe(200);
    expect(json).toMatchObject({ return_value: expect.any(Number) });
  });

  it("of all others where the operator says so", async () => {
    const { post } = await agentOfTest({ api: { proxy: { verify: true } } });
    const { status } = await post("/proxy", {
      proxy_hostport: [`127.0.0.1:${await hopPort()}`],
      request_type: "status",
    });
    expect(status).toBe(500);
  });
});

it("takes as many hops as the operator says, and not one more", async () => {
  const { post, port } = await agentOfTest({ api: { proxy: { max_hops: 2 } } });
  const through = (hops: number) =>
    post("/proxy", {
      proxy_hostport: Array.from({ length: hops }, () => `127.0.0.1:${port}`),
      request_type: "monitor",
      request_json: inner,
    });
  for (const hops of [1, 2])
    expect((await through(hops)).json).toMatchObject({ message: expect.stringContaining("LOAD") });
  const tooMany = await through(3);
  expect(tooMany.status).toBe(400);
  expect(tooMany.text).toContain("more than 2 hops");
});

it("comes to an end when its hops form a loop", async () => {
  const first = await agentOfTest();
  const second = await agentOfTest();
  const loop = Array.from({ length: 12 }, (_, at) => `127.0.0.1:${at % 2 === 0 ? second.port : first.port}`);
  const { status, json } = await first.post("/proxy", {
    proxy_hostport: loop,
    request_type: "monitor",
    request_json: inner,
  });
  expect(status).toBe(200);
  expect(json).toMatchObject({ message: expect.stringContaining("LOAD") });
});
