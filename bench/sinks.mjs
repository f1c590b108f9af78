// Servers that take what outputs send and remember which metrics came: each metric is a number, once or more often.
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { gunzipSync } from "node:zlib";

/** Which of so many numbers have come. */
export class Seen {
  #bits;
  distinct = 0;
  all = 0;
  firstMs;
  lastMs;

  constructor(count) {
    this.#bits = new Uint8Array(count);
  }

  add(number) {
    this.firstMs ??= performance.now();
    this.lastMs = performance.now();
    this.all += 1;
    if (this.#bits[number] !== 0) return;
    this.#bits[number] = 1;
    this.distinct += 1;
  }
}

function listenHttp(port, status, take) {
  const server = createHttpServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const plain = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
      take(plain.toString());
      response.writeHead(status, { "content-type": "application/json" });
      response.end(status === 204 ? undefined : take.answer);
    });
  });
  return listening(server, port);
}

function listening(server, port) {
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () =>
      resolve({
        stop: () =>
          new Promise((done) => {
            server.closeAllConnections?.();
            server.close(done);
          }),
      }),
    );
  });
}

/** The values are the numbers. */
export const sinks = {
  influx: (port, seen) =>
    listenHttp(port, 204, (text) => {
      for (const [, value] of text.matchAll(/ value=(\d+)/g)) seen.add(Number(value));
    }),
  otlp: (port, seen) =>
    listenHttp(
      port,
      200,
      Object.assign(
        (text) => {
          for (const [, value] of text.matchAll(/"asDouble":(\d+)/g)) seen.add(Number(value));
        },
        { answer: "{}" },
      ),
    ),
  nsq: (port, seen) =>
    listenHttp(
      port,
      200,
      Object.assign(
        (text) => {
          for (const [, value] of text.matchAll(/"value":(\d+)/g)) seen.add(Number(value));
        },
        { answer: "OK" },
      ),
    ),
  graphite: (port, seen) =>
    listening(
      createServer((socket) => {
        let rest = "";
        socket.on("error", () => socket.destroy());
        socket.on("data", (chunk) => {
          const lines = (rest + chunk).split("\n");
          rest = lines.pop();
          for (const line of lines) seen.add(Number(line.split(" ")[1]));
        });
      }),
      port,
    ),
};
