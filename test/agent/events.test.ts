import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { startTestAgent, type TestAgent } from "../support/agent.ts";
import { directoryOfTest, temporaryDirectory } from "../support/temporary.ts";
import { until } from "../support/until.ts";

interface Told {
  readonly seq: number;
  readonly type: string;
  readonly check?: string;
  readonly state?: string;
}

const passive = "check:\n  passive: true\n";
const operators = { callers: [{ name: "operators", token: "sesame", roles: ["operate", "read"] }] };
const asOperator = { headers: { authorization: "Bearer sesame" } };

/** An agent with a passive check, and the function that gives it a state. */
async function agentWithCheck(settings: object = {}) {
  const configDirectory = directoryOfTest();
  mkdirSync(join(configDirectory, "objects.d"));
  writeFileSync(join(configDirectory, "objects.d/backup.yml"), passive);
  const agent = await startTestAgent({ access: operators, ...settings }, { configDirectory });
  onTestFinished(() => agent.release());
  const say = async (state: string, output = "") => {
    const body = { check: "backup", state, output };
    const { status, text } = await agent.post("/checks/results", body, asOperator);
    if (status !== 200) throw new Error(text);
  };
  return { agent, say };
}

function socketTo(agent: TestAgent, query = "", headers: object = asOperator.headers) {
  const socket = new WebSocket(`wss://127.0.0.1:${agent.port}/events/socket${query}`, {
    rejectUnauthorized: false,
    headers: headers as Record<string, string>,
  });
  onTestFinished(() => socket.terminate());
  const told: Told[] = [];
  socket.on("message", (data) => told.push(JSON.parse(String(data)) as Told));
  const opened = new Promise<string>((resolve) => {
    socket.once("open", () => resolve("open"));
    socket.once("error", (error) => resolve(error.message));
  });
  return { socket, told, opened };
}

describe("GET /events", () => {
  it("gives the newest, those after a number, and those that are meant", async () => {
    const { agent, say } = await agentWithCheck();
    await say("ok");
    await say("critical", "tape torn");
    const all = (await agent.get("/events", asOperator)).json as {
      events: Told[];
      next: number;
      gap: boolean;
    };
    const states = all.events.filter(({ type }) => type === "check").map(({ state }) => state);
    expect([states, all.gap]).toEqual([["ok", "critical"], false]);
    const path = `/events?after=${all.next - 1}&type=check&match=back*&state=critical&told=true`;
    const { events } = (await agent.get(path, asOperator)).json as { events: Told[] };
    expect(events).toMatchObject([
      { check: "backup", state: "critical", output: "tape torn", old_state: "ok" },
    ]);
  });

  it.each(["type=nonsense", "state=fine", "after=-1", "after=x", "limit=9999", `match=${"x".repeat(600)}`])(
    "refuses %s",
    async (query) => {
      const { agent } = await agentWithCheck();
      expect((await agent.get(`/events?${query}`, asOperator)).status).toBe(400);
      expect(
        (await agent.get(`/events/stream?${query.replace("limit=9999", "after=x")}`, asOperator)).status,
      ).toBe(400);
    },
  );

  it("is for readers only", async () => {
    const { agent } = await agentWithCheck();
    for (const path of ["/events", "/events/stream", "/events/socket"])
      expect((await agent.get(path)).status).toBe(403);
  });
});

describe("server-sent events", () => {
  async function streamOf(agent: TestAgent, headers: object = {}, query = "") {
    let text = "";
    const asked = request(
      {
        ...{ host: "127.0.0.1", port: agent.port, path: `/events/stream${query}`, rejectUnauthorized: false },
        headers: { ...asOperator.headers, ...headers },
      },
      (answer) => {
        expect(answer.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
        answer.on("data", (chunk) => {
          text += String(chunk);
        });
      },
    );
    asked.on("error", () => {});
    asked.end();
    onTestFinished(() => void asked.destroy());
    await until(() => text !== "");
    return { ids: () => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id)), text: () => text };
  }

  it("tell what happens, and resume behind the last one that was seen", async () => {
    const { agent, say } = await agentWithCheck();
    const first = await streamOf(agent, {}, "?type=check");
    await say("ok");
    await say("warning");
    await until(() => first.ids().length === 2);
    const [seen = 0, next = 0] = first.ids();
    const second = await streamOf(agent, { "last-event-id": String(seen) }, "?type=check");
    await until(() => second.ids().length === 1);
    expect(second.ids()).toEqual([next]);
    expect(second.text()).toContain(`event: check\ndata: {"seq":${next},`);
  });
});

describe("the websocket of the API", () => {
  it("sends a frame of JSON for each event, to a hundred clients in the same order", async () => {
    const { agent, say } = await agentWithCheck();
    const clients = Array.from({ length: 100 }, () => socketTo(agent, "?type=check"));
    await Promise.all(clients.map(({ opened }) => opened));
    for (const state of ["ok", "critical", "ok", "warning"]) await say(state);
    await until(() => clients.every(({ told }) => told.length === 4));
    const orders = new Set(clients.map(({ told }) => told.map(({ seq, state }) => `${seq}${state}`).join()));
    expect(orders.size).toBe(1);
  });

  it("resumes behind a number", async () => {
    const { agent, say } = await agentWithCheck();
    await say("ok");
    await say("critical");
    const { told } = socketTo(agent, "?after=0&type=check");
    await until(() => told.length === 2);
    expect(told.map(({ state }) => state)).toEqual(["ok", "critical"]);
  });

  it("does not let one who never reads hold up the others", async () => {
    const { agent, say } = await agentWithCheck();
    const slow = socketTo(agent, "?type=check");
    const quick = socketTo(agent, "?type=check");
    await Promise.all([slow.opened, quick.opened]);
    slow.socket.pause();
    const text = "x".repeat(8000);
    for (let round = 0; round < 150; round += 1) await say(round % 2 === 0 ? "ok" : "critical", text);
    await until(() => quick.told.length === 150);
    slow.socket.resume();
    await until(() => slow.told.some(({ state }) => state === "critical"));
  });

  it.each([
    ["without a token", {}, "Unexpected server response: 403"],
    [
      "from a page of somewhere else",
      { ...asOperator.headers, origin: "https://evil.example" },
      "Unexpected server response: 403",
    ],
  ])("is refused %s", async (_what, headers, expected) => {
    const { agent } = await agentWithCheck();
    expect(await socketTo(agent, "", headers).opened).toBe(expected);
  });

  it("is not read from: a client that sends much is cut off", async () => {
    const { agent } = await agentWithCheck();
    const { socket, opened } = socketTo(agent);
    await opened;
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    socket.send("x".repeat(100_000));
    expect([1006, 1009]).toContain(await closed);
  });

  it("says what it is to those who did not ask for one", async () => {
    const { agent } = await agentWithCheck();
    const { status, headers } = await agent.get("/events/socket", asOperator);
    expect([status, headers.upgrade]).toEqual([426, "websocket"]);
  });

  it("ends when the agent stops", async () => {
    const { agent } = await agentWithCheck();
    const { socket, opened } = socketTo(agent);
    await opened;
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    await agent.stop();
    expect(await closed).toBe(1001);
  });

  it("leaves other requests that ask for another protocol what they were", async () => {
    const { agent } = await agentWithCheck();
    const upgrade = { connection: "Upgrade", upgrade: "h2c" };
    const { status, json } = await agent.get("/events?type=group", {
      headers: { ...asOperator.headers, ...upgrade },
    });
    expect([status, typeof json]).toEqual([200, "object"]);
    expect((await agent.get("/nowhere", { headers: { ...asOperator.headers, ...upgrade } })).status).toBe(
      404,
    );
  });
});

describe("the older system's websocket", () => {
  const settings = { events: { websocket: { listen: "tcp://127.0.0.1:0", max_clients: 2 } } };
  const portOf = async (agent: TestAgent) => {
    const { json } = await agent.get("/agent/info", asOperator);
    return (json as { websocket: { port: number; nb_connexions: number } }).websocket;
  };

  function open(port: number, headers: Record<string, string> = {}) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers });
    onTestFinished(() => socket.terminate());
    const frames: { channel: string; payload: Record<string, unknown> }[] = [];
    socket.on("message", (data) => frames.push(JSON.parse(String(data)) as (typeof frames)[number]));
    const opened = new Promise<string>((resolve) => {
      socket.once("open", () => resolve("open"));
      socket.once("error", (error) => resolve(error.message));
    });
    return { socket, frames, opened };
  }

  it("sends this node as it is when a check or a group changes", async () => {
    const { agent, say } = await agentWithCheck(settings);
    const { port } = await portOf(agent);
    const { frames, opened } = open(port);
    expect(await opened).toBe("open");
    await say("critical");
    await until(() => frames.length > 0);
    expect(frames[0]).toMatchObject({
      channel: "gossip",
      payload: {
        ...{
          type: "gossip::alive",
          state: "alive",
          checks: { backup: { state_id: 2 } },
          zone: "",
          is_proxy: false,
        },
        uuid: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
      },
    });
    expect((await portOf(agent)).nb_connexions).toBe(1);
  });

  it("turns away more clients than it may have, and pages of somewhere else", async () => {
    const { agent } = await agentWithCheck(settings);
    const { port } = await portOf(agent);
    expect(await open(port, { origin: "https://evil.example" }).opened).toContain("403");
    await open(port).opened;
    await open(port).opened;
    await until(async () => (await portOf(agent)).nb_connexions === 2);
    expect(await open(port).opened).toContain("403");
  });

  it("has room again when those who came are gone", async () => {
    const { agent } = await agentWithCheck(settings);
    const { port } = await portOf(agent);
    for (let count = 0; count < 60; count += 1) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => {});
      socket.resume();
      socket.end("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
      await new Promise<void>((resolve) => socket.once("close", () => resolve()));
    }
    await until(async () => (await open(port).opened) === "open");
  });

  it("survives what is no websocket", async () => {
    const { agent, say } = await agentWithCheck(settings);
    const { port } = await portOf(agent);
    for (const text of [
      "\0\0\0\0",
      "GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
      "x".repeat(99_999),
    ]) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => {});
      socket.resume();
      socket.end(text);
      await new Promise<void>((resolve) => socket.once("close", () => resolve()));
    }
    const { frames, opened } = open(port);
    await opened;
    await say("warning");
    await until(() => frames.length > 0);
  });
});

describe("after a restart", () => {
  let home: { path: string; release: () => void };
  beforeAll(() => {
    home = temporaryDirectory();
    return () => home.release();
  });

  it("numbers go on, and what was is still to be read", async () => {
    const given = { stateDirectory: home.path, socketPath: join(home.path, "a.sock") };
    const first = await startTestAgent({ node: { groups: ["web"] } }, given);
    await first.post("/api/v2/write?bucket=b", "a value=1");
    const before = (await first.get("/agent/uuid")).json;
    await first.release();
    const second = await startTestAgent({ node: { groups: ["web"] } }, given);
    onTestFinished(() => second.release());
    expect((await second.get("/agent/uuid")).json).toBe(before);
    const { gap, events } = (await second.get("/events?after=0")).json as { gap: boolean; events: object[] };
    expect(gap).toBe(false);
    expect(events.at(-1)).toMatchObject({
      type: "node",
      old_state: "leave",
      state: "alive",
      held: "planned",
    });
  });

  it("an end that nobody planned is told of", async () => {
    const given = { stateDirectory: directoryOfTest() };
    const settings = { node: { groups: ["web"] }, events: { memory: 10 } };
    const first = await startTestAgent(settings, given);
    await first.get("/");
    await first.release();
    rmSync(join(given.stateDirectory, "events"), { recursive: true });
    // What a crash leaves: events, and no word that all was well.
    const folder = join(given.stateDirectory, "events");
    mkdirSync(folder, { recursive: true });
    const event = { type: "group", change: "add", group: "web", seq: 7, atMs: 1 };
    writeFileSync(join(folder, "000000000000007.jsonl"), `${JSON.stringify(event)}\n`);
    const second = await startTestAgent(settings, given);
    onTestFinished(() => second.release());
    const { events } = (await second.get("/events?after=0&type=node")).json as { events: object[] };
    expect(events).toMatchObject([{ seq: 1008, old_state: "dead", state: "alive", held: null }]);
  });
});

describe("connections that ask for another protocol", () => {
  const head = (method: string, path: string, upgrade: string, more = "") =>
    `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\n${more}\r\n`;
  const handshake = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

  /** What comes back on a raw connection over the unix socket, which ends only when the agent ends it. */
  async function raw(agent: TestAgent, text: string) {
    const socket = connect({ path: agent.socketPath, allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    let said = "";
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      said += String(chunk);
    });
    const closed = new Promise<string>((resolve) => socket.once("end", () => resolve(said)));
    socket.write(text);
    return { closed, said: () => said };
  }

  it("are answered and ended, and hold up no stop", async () => {
    const { agent } = await agentWithCheck();
    const { closed } = await raw(agent, head("GET", "/", "websocket"));
    expect(await closed).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    const beganMs = performance.now();
    await agent.stop();
    // Its connection would be ended after half a minute.
    expect(performance.now() - beganMs).toBeLessThan(20_000);
  });

  it("are refused with a body, and for what goes on without an end", async () => {
    const { agent } = await agentWithCheck();
    const body = "Content-Length: 2\r\n";
    expect(await (await raw(agent, `${head("POST", "/metric/append", "h2c", body)}{}`)).closed).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    expect(await (await raw(agent, head("GET", "/events/stream", "h2c"))).closed).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("become a websocket that is ended although its client never says good-bye", async () => {
    const { agent } = await agentWithCheck();
    const { said, closed } = await raw(agent, head("GET", "/events/socket", "websocket", handshake));
    await until(() => said().startsWith("HTTP/1.1 101 "));
    const beganMs = performance.now();
    await agent.stop();
    await closed;
    expect(performance.now() - beganMs).toBeLessThan(20_000);
  });
});
