// What the next hop is asked, in what time, with whose token, and what comes of its failures.
import { describe, expect, it, onTestFinished } from "vitest";
import { sharedCertificate } from "../../../test/support/agent.ts";
import { startServer } from "../../../test/support/https-stub.ts";
import { hostNames } from "../../transports/host-names.ts";
import { Callers } from "../access/callers.ts";
import { accessConfig } from "../access/config.ts";
import { apiConfig } from "../config.ts";
import { deadlineHeader } from "../contract/index.ts";
import { Relay } from "./relay.ts";

const { certificate: cert, key } = await sharedCertificate();
const own = { cert, key };
const owner = new Callers(accessConfig.parse({}), { monotonicMs: () => 0 }).identify({
  ...{ address: "unix", standing: "socket", bearer: undefined, certificate: undefined },
});

function relayOf(settings: object = {}) {
  const relay = new Relay(apiConfig.parse({ proxy: settings }).proxy, {
    roleOf: () => "read",
    judgeByName: () => ({ kind: "unknown" }),
    userAgent: "yagura/0",
    identity: () => own,
  });
  onTestFinished(() => relay.close());
  const ask = async (hops: readonly string[], given: Partial<Parameters<Relay["relay"]>[0]> = {}) => {
    const body = { hops, requestType: "status?a=1", inner: Buffer.from("inner") };
    const request = { body, caller: owner, anywhere: true, remainingMs: undefined, ...given };
    const { status, body: answer } = await relay.relay(request);
    return { status, text: answer.toString() };
  };
  return { relay, ask };
}

async function hopServer() {
  const server = await startServer({ tls: own });
  onTestFinished(() => server.stop());
  server.reply({ status: 201, body: "reached" });
  return { ...server, at: `127.0.0.1:${server.port}` };
}

const nowhere = "127.0.0.1:1";

describe("the next hop", () => {
  it("is asked for what was wanted where it is the last one, and its answer comes back as it is", async () => {
    const hop = await hopServer();
    const { ask } = relayOf();
    expect(await ask([hop.at])).toEqual({ status: 201, text: "reached" });
    const [asked] = hop.asked;
    expect(asked).toMatchObject({ method: "POST", url: "/status?a=1", body: "inner" });
    expect(asked?.headers).toMatchObject({ "content-type": "application/json", "user-agent": "yagura/0" });
    expect(asked?.headers).not.toHaveProperty("authorization");
  });

  it("is given the rest of the way, and what was judged, where others follow", async () => {
    const hop = await hopServer();
    const { ask } = relayOf();
    await ask([hop.at, "second.example", "third.example:1"]);
    expect(hop.asked[0]?.url).toBe("/proxy");
    expect(JSON.parse(hop.asked[0]?.body ?? "")).toEqual({
      proxy_hostport: ["second.example", "third.example:1"],
      request_type: "status?a=1",
      request_json: Buffer.from("inner").toString("base64"),
    });
  });

  it("is shown the token of the first rule that matches, and no other's", async () => {
    const hop = await hopServer();
    const hops = [
      { match: "hop.example", token: "by name" },
      { match: ["*.example", "127.0.0.0/8"], token: "by range" },
      { match: "127.0.0.1", token: "too late" },
    ];
    await relayOf({ hops }).ask([hop.at]);
    await relayOf({ hops: hops.slice(0, 1) }).ask([hop.at]);
    await relayOf({ hops: [{ match: "LOCALHOST", token: "by name" }] }).ask([`localhost:${hop.port}`]);
    const shown = hop.asked.map(({ headers }) => headers.authorization);
    expect(shown).toEqual(["Bearer by range", undefined, "Bearer by name"]);
  });

  it("is judged before anything is asked, by whoever does not come from this host", async () => {
    const hop = await hopServer();
    const { ask } = relayOf();
    const refused = { code: "proxy.target" };
    await expect(ask([hop.at], { anywhere: false })).rejects.toMatchObject(refused);
    await expect(ask([`localhost:${hop.port}`], { anywhere: false })).rejects.toMatchObject(refused);
    expect(hop.asked).toEqual([]);
    let connections = 0;
    hop.server.on("connection", () => {
      connections += 1;
    });
    await expect(ask([hop.at], { anywhere: false })).rejects.toMatchObject(refused);
    expect(connections).toBe(0);
    const open = relayOf({ targets: ["127.0.0.1"] });
    expect(await open.ask([hop.at], { anywhere: false })).toMatchObject({ text: "reached" });
  });

  it("is asked for nothing that the caller may not ask for here", async () => {
    const hop = await hopServer();
    const caller = { ...owner, name: "pusher", roles: new Set(["push"] as const) };
    const denied = relayOf().ask([hop.at], { caller });
    await expect(denied).rejects.toMatchObject({ code: "access.role", facts: { role: "read" } });
    expect(hop.asked).toEqual([]);
  });

  it("has as many behind it as the operator says", async () => {
    const { ask } = relayOf({ max_hops: 2 });
    await expect(ask([nowhere, nowhere])).rejects.toMatchObject({ code: "proxy.failed" });
    await expect(ask([nowhere, nowhere, nowhere])).rejects.toMatchObject({ code: "body.invalid" });
  });

  it("has to be named", async () => {
    await expect(relayOf().ask([])).rejects.toMatchObject({ code: "body.invalid" });
  });

  it("is asked on the same connection again", async () => {
    const hop = await hopServer();
    let connections = 0;
    hop.server.on("connection", () => {
      connections += 1;
    });
    const { ask } = relayOf();
    await ask([hop.at]);
    await ask([hop.at]);
    expect(connections).toBe(1);
  });
});

describe("the time", () => {
  it.each([
    [undefined, "180s", 179_000],
    [60_000, "180s", 59_000],
    [5000, "180s", 4500],
    [500_000, "180s", 179_000],
    [2000, "1s", 900],
    [200, "180s", 175],
  ])(
    "of which %s ms are left, of %s at most, is %i ms for the next hop",
    async (remainingMs, deadline, next) => {
      const hop = await hopServer();
      await relayOf({ deadline }).ask([hop.at], { remainingMs });
      expect(hop.asked[0]?.headers[deadlineHeader]).toBe(String(next));
    },
  );

  it("is never less than a millisecond", async () => {
    const hop = await hopServer();
    hop.reply("hang");
    const late = relayOf().ask([hop.at], { remainingMs: -5 });
    await expect(late).rejects.toMatchObject({ code: "proxy.timeout", facts: { timeoutMs: 1 } });
  });

  it("that is up is told with the address that was asked", async () => {
    const hop = await hopServer();
    hop.reply("hang");
    await expect(relayOf({ deadline: "100ms" }).ask([hop.at])).rejects.toMatchObject({
      code: "proxy.timeout",
      facts: { url: `https://${hop.at}/status?a=1`, timeoutMs: 100 },
    });
  });
});

it("a hop that cannot be asked is told of with its address, port and all", async () => {
  const { ask } = relayOf();
  await expect(ask([nowhere])).rejects.toMatchObject({
    code: "proxy.failed",
    facts: { url: `https://${nowhere}/status?a=1`, reason: expect.stringContaining("ECONNREFUSED") },
  });
  await expect(relayOf({ deadline: "1ms" }).ask(["192.0.2.1:443"])).rejects.toMatchObject({
    facts: { url: "https://192.0.2.1:443/status?a=1" },
  });
});

it("a hop whose name is one too many of those that callers ask for is not looked up, and it is said", async () => {
  let [count, isOver] = [0, false];
  const takeBack: (() => void)[] = [];
  const fill = () => {
    try {
      for (;;) takeBack.push(hostNames.ask({ name: `n${count++}.invalid`, ofCaller: true }, refill));
    } catch {
      // There is no more room.
    }
  };
  const refill = () => void (isOver || fill());
  onTestFinished(() => {
    isOver = true;
    for (const one of takeBack) one();
  });
  fill();
  await expect(relayOf().ask(["one-more.invalid:1"])).rejects.toMatchObject({ code: "names.full" });
});

it("an answer above the limit is not passed on", async () => {
  const hop = await hopServer();
  hop.reply({ status: 200, body: "x".repeat(2000) });
  await expect(relayOf({ answer_limit: "1KiB" }).ask([hop.at])).rejects.toMatchObject({
    code: "proxy.failed",
  });
});

it("keeps no connection once it is closed", async () => {
  const hop = await hopServer();
  hop.server.keepAliveTimeout = 0;
  const { ask, relay } = relayOf({ targets: ["127.0.0.1"], hops: [{ match: "127.0.0.1", token: "t" }] });
  const ended = new Promise<void>((resolve) => {
    let open = 0;
    hop.server.on("connection", (socket) => {
      open += 1;
      socket.once("close", () => {
        open -= 1;
        if (open === 0) resolve();
      });
    });
  });
  await ask([hop.at]);
  await ask([hop.at], { anywhere: false });
  relay.close();
  await ended;
});
