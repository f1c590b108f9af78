// Places at the gate come back, however a connection ends: one that was lost for good would shut the agent in the end.
import { connect as connectTcp, type Socket } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { startTestAgent, type TestAgent } from "../support/agent.ts";

let agent: TestAgent;

beforeAll(async () => {
  agent = await startTestAgent({
    api: { max_connections: 3, head_deadline: "1s", request_deadline: "2s", idle_deadline: "1s" },
  });
});

afterAll(() => agent.release());

const ends: Record<string, (socket: Socket) => void> = {
  "closes at once": (socket) => socket.destroy(),
  "resets at once": (socket) => socket.resetAndDestroy(),
  "speaks plain HTTP": (socket) => socket.write("GET / HTTP/1.1\r\n\r\n"),
  "sends half a handshake and resets": (socket) =>
    socket.write("\x16\x03\x01\x02\x00\x01", () => socket.resetAndDestroy()),
  "never says anything": () => {},
};

it.each(Object.keys(ends))("a peer that %s", async (name) => {
  const sockets = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const socket = connectTcp(agent.port, "127.0.0.1");
      socket.on("error", () => {});
      await new Promise((resolve) => socket.once("connect", resolve));
      return socket;
    }),
  );
  for (const socket of sockets) ends[name]?.(socket);
  expect((await agent.get("/", { from: "127.0.0.1" })).status).toBe(200);
  for (const socket of sockets) socket.destroy();
  await settled();
});

it("a client that breaks off after the handshake", async () => {
  for (let count = 0; count < 9; count += 1) {
    await new Promise<void>((resolve) => {
      const socket = connect({ host: "127.0.0.1", port: agent.port, rejectUnauthorized: false }, () => {
        socket.write("POST /monitor HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{");
        socket.destroy();
        resolve();
      });
      socket.on("error", () => {});
    });
  }
  await settled();
});

/** Shakes hands, sends, and neither reads nor closes its own half. */
async function deaf(text: string): Promise<TLSSocket> {
  const socket = await new Promise<TLSSocket>((resolve) => {
    const opened = connect({ host: "127.0.0.1", port: agent.port, rejectUnauthorized: false }, () =>
      resolve(opened),
    );
  });
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {});
  socket.pause();
  socket.write(text);
  return socket;
}

const post = "POST /metric/append HTTP/1.1\r\nHost: localhost\r\n";

it.each<[string, string]>([
  ["that says nothing", ""],
  ["that says half a head", "GET / HTTP/1.1\r\n"],
  ["that sends half a body", `${post}Content-Length: 200000\r\n\r\n${" ".repeat(100_000)}`],
  ["that sends no request", "no request\r\n\r\n"],
  ["that reads no answer", "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(40)],
])("a deaf client %s", async (_what, text) => {
  await Promise.all(Array.from({ length: 2 }, () => deaf(text)));
  await settled();
});

/** Only the connection that asks is left. */
async function settled(): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    const { connections } = (await agent.get("/status", { socketPath: agent.socketPath })).json as {
      connections: { open: number; waiting: number };
    };
    if (connections.open === 0 && connections.waiting === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("a place at the gate was lost");
}
