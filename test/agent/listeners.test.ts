// Whoever asked and is gone listens no more for the end of the agent, however it was asked.
import { once } from "node:events";
import { connect } from "node:tls";
import { expect, it, onTestFinished } from "vitest";
import { watchAbortListeners } from "../support/abort-listeners.ts";
import { agentOfTest, type TestAgent } from "../support/agent.ts";

const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
const handshake = `${upgrade}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n`;
const times = 8;

/** One that asks, and leaves as soon as it is answered. */
async function visit({ port }: TestAgent, path: string, headers: string) {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n`);
  const [answer] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return Number(answer.toString().split(" ")[1]);
}

it.each([
  ["a tap", "/tap", "", 200],
  ["a stream of events", "/events/stream", "", 200],
  ["a websocket", "/events/socket", handshake, 101],
  ["a protocol that there is not", "/", upgrade, 200],
])("%s leaves nobody listening", async (_what, path, headers, status) => {
  const { most } = watchAbortListeners();
  const agent = await agentOfTest();
  const before = most();
  for (let count = 0; count < times; count += 1) expect(await visit(agent, path, headers)).toBe(status);
  await expect.poll(most, { timeout: 10_000 }).toBeLessThanOrEqual(Math.max(before, 1));
});
