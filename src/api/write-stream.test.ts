// A stream to a reader that is slower than what it is told: nobody is left listening of each time it was waited for.
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { abortListeners } from "../../test/support/abort-listeners.ts";
import { writeStream } from "./write-stream.ts";

const parts = 30;

it("leaves nobody listening for its end, nor for that of the agent", async () => {
  const stopping = new AbortController().signal;
  let most = 0;
  async function* stream(signal: AbortSignal) {
    for (let count = 0; count < parts; count += 1) {
      most = Math.max(most, abortListeners(signal));
      yield "x".repeat(1_000_000);
    }
  }
  const answered = new Promise<void>((resolve) => {
    const server = createServer((_request, response) => {
      const answer = { status: 200, contentType: "text/plain", stream };
      void writeStream(response, answer, stopping).then(resolve);
    }).listen(0, "127.0.0.1", () => {
      const reader = connect((server.address() as AddressInfo).port, "127.0.0.1");
      reader.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      reader.resume();
      void once(reader, "close").then(() => server.close());
    });
    onTestFinished(() => void server.close());
  });
  await answered;
  expect(most).toBe(0);
  expect(abortListeners(stopping)).toBe(0);
});
