// A connection whose descriptor is one of the last says that there are few left.
import { connect, createServer, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { createShortage, keptFromConnections, keptFromInputs } from "./descriptors.ts";
import { addressOf } from "./listener.ts";
import { descriptorOf } from "./unix-peer.ts";

async function accepted(): Promise<Socket> {
  const server = createServer();
  const came = new Promise<Socket>((resolve) => void server.once("connection", resolve));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const [host = "", port = ""] = addressOf(server).split(":");
  const client = connect({ host, port: Number(port) });
  const socket = await came;
  onTestFinished(() => {
    client.destroy();
    socket.destroy();
    server.close();
  });
  return socket;
}

it("is short from the first of those that are kept", async () => {
  const socket = await accepted();
  const descriptor = descriptorOf(socket) ?? Number.NaN;
  expect(descriptor).toBeGreaterThan(2);
  expect(createShortage(descriptor + 10)(socket, 10)).toBe(true);
  expect(createShortage(descriptor + 11)(socket, 10)).toBe(false);
  expect(createShortage(descriptor + 11)(socket, 11)).toBe(true);
});

it("is not short where there is no limit, nor for a connection that is gone", async () => {
  const socket = await accepted();
  expect(createShortage(Number.POSITIVE_INFINITY)(socket, 1000)).toBe(false);
  socket.destroy();
  expect(createShortage(64)(socket, 28)).toBe(false);
});

it("knows the limit of this process", async () => {
  const socket = await accepted();
  const isShort = createShortage();
  expect(isShort(socket, 0)).toBe(false);
  expect(isShort(socket, 2 ** 31)).toBe(true);
});

it("inputs leave room for connections, and those for files and programs", () => {
  expect(keptFromConnections).toBeGreaterThanOrEqual(8);
  expect(keptFromInputs).toBeGreaterThan(keptFromConnections + 8);
});
