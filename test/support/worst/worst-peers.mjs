// Peers that mean harm: they send in single bytes, slowly, for another protocol, or never read.
import { Agent, request } from "node:https";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export const headOf = ({ method, path }, headers) =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${headers.map((line) => `${line}\r\n`).join("")}\r\n`;

/** Remembers sessions: the next handshakes are cheaper for both sides. */
const agent = new Agent({ keepAlive: false });

/** One whole request. Gives the status, or what broke it. */
export function ask({ port, headers }, { method, path }, { body, more = {}, deadlineMs = 60_000 } = {}) {
  return new Promise((resolve) => {
    const options = { host: "127.0.0.1", port, method, path, rejectUnauthorized: false, agent };
    const sent = request({ ...options, headers: { ...headers, ...more } }, (answer) => {
      answer.resume();
      answer.once("close", () => resolve(answer.statusCode));
    });
    sent.setTimeout(deadlineMs, () => sent.destroy(new Error("silent")));
    sent.once("error", (fault) => resolve(fault.code ?? fault.message));
    sent.end(body);
  });
}

/** Of the last handshake: the next ones are cheaper for both sides. */
let session;

/** A connection to the API, or undefined where none is to be had. */
function openTls(port) {
  return new Promise((resolve) => {
    const socket = connectTls({ host: "127.0.0.1", port, session, rejectUnauthorized: false }, () =>
      resolve(socket),
    );
    socket.once("session", (given) => {
      session = given;
    });
    socket.on("error", () => {});
    socket.once("close", () => resolve(undefined));
  });
}

function openStream(options) {
  return new Promise((resolve) => {
    const socket = connectTcp(options, () => resolve(socket));
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.once("close", () => resolve(undefined));
  });
}

/** Writes the bytes again and again, no faster than they are taken, until the time is up. */
async function flood(socket, bytes, untilMs) {
  while (performance.now() < untilMs && socket !== undefined && !socket.destroyed) {
    if (socket.write(bytes)) await new Promise((resolve) => setImmediate(resolve));
    else while (socket.writableNeedDrain && !socket.destroyed && performance.now() < untilMs) await pause(2);
  }
}

export const asHeaders = ({ headers }) => Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

/** Bodies in chunks of one byte, never ended. */
export async function smallestChunks(target, route, { connections = 8, forMs }) {
  const sockets = await Promise.all(Array.from({ length: connections }, () => openTls(target.port)));
  const untilMs = performance.now() + forMs;
  const chunks = Buffer.from("1\r\n \r\n".repeat(10_000));
  await Promise.all(
    sockets.map(async (socket) => {
      socket?.resume();
      socket?.write(headOf(route, [...asHeaders(target), "Transfer-Encoding: chunked"]));
      await flood(socket, chunks, untilMs);
    }),
  );
  for (const socket of sockets) socket?.destroy();
}

/** The same bytes over many connections at the same moment. */
export async function crowd(target, { connections, forMs, bytes }) {
  const sockets = await Promise.all(Array.from({ length: connections }, () => openTls(target.port)));
  for (const socket of sockets) {
    socket?.resume();
    socket?.write(bytes);
  }
  await pause(forMs);
  for (const socket of sockets) socket?.destroy();
}

/** One byte of a body a second. */
export async function slowBody(target, route, { forMs, everyMs = 1000 }) {
  const socket = await openTls(target.port);
  socket?.resume();
  socket?.write(headOf(route, [...asHeaders(target), "Content-Length: 1000"]));
  for (
    const untilMs = performance.now() + forMs;
    performance.now() < untilMs && socket?.destroyed === false;
    await pause(everyMs)
  )
    socket?.write(" ");
  socket?.destroy();
}

/** Asks for another protocol, so often, and hangs up once it is answered, or not. */
export async function upgrades(target, route, { protocol, times = 20, forMs }) {
  const key =
    protocol === "websocket"
      ? ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg=="]
      : [];
  const wish = ["Connection: Upgrade", `Upgrade: ${protocol}`, ...key];
  const sockets = await Promise.all(Array.from({ length: times }, () => openTls(target.port)));
  await Promise.all(
    sockets.map(async (socket) => {
      if (socket === undefined) return;
      const answered = new Promise((resolve) => {
        socket.once("data", resolve);
        socket.once("close", resolve);
      });
      socket.write(headOf(route, [...asHeaders(target), ...wish]));
      await Promise.race([answered, pause(forMs)]);
    }),
  );
  for (const socket of sockets) socket?.destroy();
}

/** Very many requests in one piece, over one connection; `reads: false` takes no answer. */
export async function pipelined(target, route, { times, forMs, reads = true }) {
  const socket = await openTls(target.port);
  if (socket === undefined) return;
  let heard = 0;
  let rest = "";
  if (reads)
    socket.on("data", (bytes) => {
      const parts = (rest + bytes.toString("latin1")).split("HTTP/1.1 ");
      heard += parts.length - 1;
      rest = parts.at(-1).slice(-8);
    });
  const one = headOf(route, asHeaders(target));
  socket.write(one.repeat(times));
  for (
    const untilMs = performance.now() + forMs;
    performance.now() < untilMs && heard < times && !socket.destroyed;
  )
    await pause(10);
  socket.destroy();
}

/** As many headers as a head may have. */
export async function manyHeaders(target, route, { connections = 8, forMs }) {
  const lines = Array.from({ length: 2500 }, (_, number) => `a${number % 10}:`);
  const sockets = await Promise.all(Array.from({ length: connections }, () => openTls(target.port)));
  const untilMs = performance.now() + forMs;
  for (const socket of sockets) socket?.resume();
  const head = Buffer.from(headOf(route, [...asHeaders(target), ...lines]).repeat(3));
  await Promise.all(sockets.map((socket) => flood(socket, head, untilMs)));
  for (const socket of sockets) socket?.destroy();
}

/** Asks, and never reads the answer nor hangs up its own half. */
export async function halfClosed(target, route, { connections = 8, forMs }) {
  const sockets = await Promise.all(Array.from({ length: connections }, () => openTls(target.port)));
  for (const socket of sockets) {
    socket?.pause();
    socket?.end(headOf(route, asHeaders(target)));
  }
  await pause(forMs);
  for (const socket of sockets) socket?.destroy();
}

/** Pieces to a listener of streams, on so many connections. */
export async function streams(options, { first, piece, connections = 40, forMs, reads = true }) {
  const sockets = await Promise.all(Array.from({ length: connections }, () => openStream(options)));
  const untilMs = performance.now() + forMs;
  await Promise.all(
    sockets.map((socket) => {
      if (reads) socket?.resume();
      if (first !== undefined) socket?.write(first);
      return piece.length === 0 ? pause(forMs) : flood(socket, piece, untilMs);
    }),
  );
  for (const socket of sockets) socket?.destroy();
}
