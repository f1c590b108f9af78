// Datagrams of several listeners that share one memory for reading: whose they are, and what is left when they end.
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, it, onTestFinished } from "vitest";
import { AddressList } from "./address-list.ts";
import { createDatagramDrain, type Datagram } from "./datagram-drain.ts";
import { handleOf } from "./socket-handle.ts";
import { startUdpListener } from "./udp-listener.ts";

const isLinux = process.platform === "linux";

async function listenerOfTest(host: string, onDatagram: (datagram: Datagram) => void) {
  const settings = { host, port: 0, receiveBufferBytes: 1 << 20, allow: new AddressList([]) };
  const listener = await startUdpListener(settings, onDatagram);
  onTestFinished(() => listener.stop());
  return { ...listener, stop: listener.stop, port: Number(/\d+$/.exec(listener.address)?.[0]) };
}

async function socketOfTest(host: string): Promise<Socket> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4").bind(0, host);
  await once(socket, "listening");
  onTestFinished(() => socket[Symbol.asyncDispose]());
  return socket;
}

/** Resolves when the kernel has them. */
async function sendAll(from: Socket, to: { port: number; host: string }, texts: readonly string[]) {
  for (const text of texts)
    await new Promise((resolve) => from.send(Buffer.from(text), to.port, to.host, resolve));
}

it("hands each datagram to its own listener, with its sender, whoever read before", async () => {
  const got = new Map<string, string[]>();
  const counts = 300;
  let all = 0;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const hosts = ["127.0.0.1", "::1", "127.0.0.2"];
  const listeners = [];
  for (const host of hosts) {
    const texts: string[] = [];
    got.set(host, texts);
    const take = ({ bytes, from, to, sender }: Datagram) => {
      // Read many at a time, an address has all of its groups.
      texts.push(`${sender().replace(/^(0:){7}/, "::")} ${bytes.toString("latin1", from, to)}`);
      all += 1;
      if (all === hosts.length * counts) finish();
    };
    listeners.push({ host, port: (await listenerOfTest(host, take)).port, from: await socketOfTest(host) });
  }
  for (let number = 0; number < counts; number += 1)
    for (const { host, port, from } of listeners) from.send(Buffer.from(`${number} for ${host}`), port, host);
  await finished;
  for (const host of hosts)
    expect(got.get(host)).toEqual(
      Array.from({ length: counts }, (_, number) => `${host} ${number} for ${host}`),
    );
});

it.runIf(isLinux)("leaves no memory behind", async () => {
  const sizeMiB = () => Number(/VmSize:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024;
  const once = async () => await (await listenerOfTest("127.0.0.1", () => {})).stop();
  await once();
  const before = sizeMiB();
  // The memory of one is four MiB.
  for (let round = 0; round < 60; round += 1) await once();
  expect(sizeMiB() - before).toBeLessThan(120);
});

it.runIf(isLinux)("reads nothing any more once it is closed, even in the middle of reading", async () => {
  const socket = await socketOfTest("127.0.0.1");
  const { port } = socket.address();
  const handle = handleOf(socket);
  handle?.recvStop();
  const drain = createDatagramDrain(handle?.fd ?? -1);
  if (drain === undefined) throw new Error("no drain");
  await sendAll(await socketOfTest("127.0.0.1"), { port, host: "127.0.0.1" }, Array(100).fill("x"));
  let read = 0;
  drain.run(() => {
    read += 1;
    drain.close();
  });
  drain.run(() => {
    read += 1;
  });
  expect(read).toBe(64);
});
