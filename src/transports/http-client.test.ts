// A body that is taken slowly, or not at all: nothing piles up, and the failure is told.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { abortListeners } from "../../test/support/abort-listeners.ts";
import { startServer } from "../../test/support/https-stub.ts";
import { HttpFailure, httpRequest } from "./http-client.ts";

const body = Array.from({ length: 300_000 }, (_, place) => `${place}\n`).join("");

async function ask(onChunk: (chunk: Buffer) => unknown, signal?: AbortSignal) {
  const server = await startServer();
  onTestFinished(() => server.stop());
  server.reply({ status: 200, body });
  const url = new URL(`http://127.0.0.1:${server.port}/`);
  return await httpRequest({
    ...{ method: "GET", url, answerLimitBytes: 10, onChunk, timeoutMs: 30_000 },
    ...(signal === undefined ? {} : { signal }),
  });
}

it("the next chunk comes when the one before was taken, and the end after the last", async () => {
  const chunks: Buffer[] = [];
  let held = 0;
  let most = 0;
  await ask(async (chunk) => {
    held += 1;
    most = Math.max(most, held);
    await nextTurn();
    await nextTurn();
    chunks.push(chunk);
    held -= 1;
  });
  expect(most).toBe(1);
  expect(held).toBe(0);
  expect(chunks.length).toBeGreaterThan(2);
  expect(Buffer.concat(chunks).toString() === body).toBe(true);
});

it("whoever takes chunks at once answers what they like", async () => {
  const chunks: Buffer[] = [];
  await ask((chunk) => chunks.push(chunk));
  expect(Buffer.concat(chunks).toString() === body).toBe(true);
});

it.each<[string, () => unknown]>([
  [
    "throws",
    () => {
      throw new Error("no room");
    },
  ],
  ["rejects", () => Promise.reject(new Error("no room"))],
])("an exchange whose taker %s is given up with its reason", async (_name, onChunk) => {
  const failed = ask(onChunk);
  await expect(failed).rejects.toThrow(HttpFailure);
  await expect(failed).rejects.toThrow(/^no room$/);
});

it("an exchange leaves nobody listening for the end of whoever asked", async () => {
  const { signal } = new AbortController();
  await ask(() => {}, signal);
  await expect(ask(() => Promise.reject(new Error("no room")), signal)).rejects.toThrow("no room");
  expect(abortListeners(signal)).toBe(0);
});

it("one that waits for its taker is given up all the same", async () => {
  const ending = new AbortController();
  const failed = ask(() => {
    ending.abort();
    return new Promise(() => {});
  }, ending.signal);
  await expect(failed).rejects.toThrow("given up");
});

it("an answer in chunks of one byte takes its bytes, and not an object for each", async () => {
  const bytes = 1_000_000;
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      socket.end(`${"1\r\nx\r\n".repeat(bytes)}0\r\n\r\n`);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/`);
  const atRest = process.memoryUsage().heapUsed;
  let most = atRest;
  const watching = setInterval(() => {
    most = Math.max(most, process.memoryUsage().heapUsed);
  }, 5);
  const answer = await httpRequest({ method: "GET", url, answerLimitBytes: bytes, timeoutMs: 30_000 });
  clearInterval(watching);
  expect(answer.body.length).toBe(bytes);
  expect(most - atRest).toBeLessThan(64 * 1024 * 1024);
});
