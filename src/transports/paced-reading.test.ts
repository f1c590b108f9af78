// Real servers and sockets: what comes in one write reaches the handler whole and in order, and never all in one turn.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { expect, it, onTestFinished } from "vitest";
import { until } from "../../test/support/until.ts";
import { systemClock } from "../kernel/clock.ts";
import { createPace } from "../kernel/pace.ts";
import { servePaced } from "./paced-reading.ts";
import { dropRest, isStopped, startReading, stopReading } from "./reading-switch.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function serving(handler: Handler): Promise<{ server: Server; client: () => Promise<Socket> }> {
  const server = createServer(handler);
  servePaced(server, "connection", createPace(systemClock));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const client = async () => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    await once(socket, "connect");
    return socket;
  };
  return { server, client };
}

/** Says back what it was sent. */
const echo: Handler = (request, response) =>
  void buffer(request).then(
    (body) => response.end(body),
    () => response.destroy(),
  );

/** Counts turns of the loop. */
function turns() {
  let count = 0;
  let timer: NodeJS.Immediate;
  const next = () => {
    count += 1;
    timer = setImmediate(next);
  };
  next();
  onTestFinished(() => clearImmediate(timer));
  return () => count;
}

const chunked = (body: string, sizeBytes: number) => {
  const pieces = body.match(new RegExp(`.{1,${sizeBytes}}`, "gs")) ?? [];
  return `${pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join("")}0\r\n\r\n`;
};

it.each([1, 7, 4000])("gives on a body in chunks of %i bytes whole", async (sizeBytes) => {
  const { client } = await serving(echo);
  const socket = await client();
  const body = Array.from({ length: 20_000 }, (_, place) => String.fromCharCode(97 + (place % 26))).join("");
  socket.write(
    `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(body, sizeBytes)}`,
  );
  expect((await text(socket)).endsWith(body)).toBe(true);
});

it("lets others in between the parts of ten thousand chunks", async () => {
  const turn = turns();
  const seen = new Set<number>();
  const { client } = await serving((request, response) => {
    request.on("data", () => {
      seen.add(turn());
      for (const untilMs = performance.now() + 0.01; performance.now() < untilMs; );
    });
    request.once("end", () => response.end());
  });
  const socket = await client();
  socket.write(
    `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunked("x".repeat(10_000), 1)}`,
  );
  await text(socket);
  expect(seen.size).toBeGreaterThan(1);
});

it("gives the requests of one write on no further than the handler wants them", async () => {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const { client } = await serving(({ url = "", socket }, response) => {
    asked.push(url);
    if (asked.length === 3) {
      sockets.add(socket);
      stopReading(socket);
    }
    response.end(url);
  });
  const socket = await client();
  const all = Array.from({ length: 2000 }, (_, place) => `/${place}`);
  let said = "";
  socket.on("data", (bytes) => {
    said += String(bytes);
  });
  socket.write(all.map((url) => `GET ${url} HTTP/1.1\r\nHost: a\r\n\r\n`).join(""));
  while (asked.length < 3) await new Promise(setImmediate);
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
  expect(asked.length).toBeLessThan(100);
  const [serverSide] = sockets;
  if (serverSide === undefined) throw new Error("no socket");
  expect(isStopped(serverSide)).toBe(true);
  startReading(serverSide);
  while (!said.endsWith("/1999")) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(asked).toEqual(all);
});

it("tells of the end after what came before it", async () => {
  const { client } = await serving(echo);
  const socket = await client();
  socket.end(
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunked("y".repeat(10_000), 1)}`,
  );
  expect(await text(socket)).toContain("y".repeat(10_000));
});

it("says so when the end comes in the middle of a request", async () => {
  const { server, client } = await serving(echo);
  const failed = once(server, "clientError");
  const socket = await client();
  socket.end(
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${"1\r\ny\r\n".repeat(10_000)}`,
  );
  const [error, stream] = (await failed) as [Error & { code: string }, Duplex];
  expect(error.code).toBe("HPE_INVALID_EOF_STATE");
  stream.destroy();
});

it("leaves what follows a change of protocol to whoever takes it over", async () => {
  const { server, client } = await serving(echo);
  const whole = "z".repeat(50_000);
  const got = new Promise<string>((resolve) =>
    server.on("upgrade", (_request: IncomingMessage, socket: Duplex, head: Buffer) => {
      // As late as somebody who has to load something first.
      setTimeout(() => {
        let came = head.toString();
        socket.on("data", (bytes: Buffer) => {
          came += bytes.toString();
          if (came.length >= whole.length) resolve(came);
        });
      }, 20);
    }),
  );
  const socket = await client();
  socket.write(`GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n${whole}`);
  expect(await got).toBe(whole);
  socket.destroy();
});

it("reads what nobody wants any more, gives none of it on, and sees the end", async () => {
  let asked = 0;
  const ended: Promise<unknown>[] = [];
  const { client } = await serving(({ socket }) => {
    asked += 1;
    if (asked > 1) return;
    dropRest(socket);
    ended.push(once(socket, "end"));
  });
  const socket = await client();
  const head = `GET / HTTP/1.1\r\nHost: a\r\n${"a:\r\n".repeat(2500)}\r\n`;
  socket.end(`GET / HTTP/1.1\r\nHost: a\r\n\r\n${head.repeat(300)}`);
  await until(() => ended.length === 1);
  await Promise.all(ended);
  expect(asked).toBe(1);
  socket.destroy();
});

it("gives nothing more on of a connection that has gone", async () => {
  let asked = 0;
  const { client } = await serving((request) => {
    asked += 1;
    request.socket.destroy();
  });
  const socket = await client();
  socket.on("error", () => {});
  socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2000));
  await once(socket, "close");
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  // Those of the part that the first one stood in.
  expect(asked).toBeLessThan(100);
});
