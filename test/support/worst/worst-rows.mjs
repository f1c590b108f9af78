// The table: every route and every listener, each with the worst that can be sent to it.
import { createSocket } from "node:dgram";
import { filledPath } from "./worst-agent.mjs";
import { bodiesOf } from "./worst-bodies.mjs";
import * as peers from "./worst-peers.mjs";

/** What goes on without an end is asked by a client that hangs up. */
const endless = new Set(["/tap", "/events/stream", "/events/socket"]);

const crowded = new Set(["GET /", "POST /monitor", "POST /write"]);

/** Rows of `{ subject, kind, run }`. */
export function rowsOf(agent, routes, { size, forMs }) {
  const bodies = createBodies(size);
  return [
    ...routes.flatMap((route) => rowsOfRoute(agent, route, { size, forMs, bodies })),
    ...Object.entries(agent.listeners).flatMap(([name, where]) =>
      rowsOfListener(name, where, { size, forMs }),
    ),
  ];
}

function rowsOfRoute({ target: owner }, facts, { size, forMs, bodies }) {
  const subject = `${facts.method} ${facts.path}`;
  const route = { ...facts, path: filledPath(facts.path) };
  // The owner would end it.
  const target = facts.path === "/stop" ? { ...owner, headers: {} } : owner;
  const row = (kind, run) => ({ subject, kind, run });
  const connections = connectionsOf(size);
  const rows = [
    row("one-byte chunks", () => peers.smallestChunks(target, route, { connections, forMs })),
    row("many headers", () => peers.manyHeaders(target, route, { connections, forMs: forMs / 2 })),
    row("slow", () => peers.slowBody(target, route, { forMs, everyMs: Math.min(1000, forMs / 3) })),
  ];
  if (crowded.has(subject)) rows.push(...rowsOfCrowd(target, route, { row, size, forMs }));
  if (route.method === "GET") rows.push(...rowsOfQuestion(target, route, { row, size, forMs }));
  if (facts.takes !== undefined) rows.push(...rowsOfBodies(target, route, { row, bodies, forMs }));
  return rows;
}

/** All the connections that a source may have, each bringing as much as can be read in one piece. */
function rowsOfCrowd(target, route, { row, size, forMs }) {
  const connections = Math.max(2, Math.round(60 * size));
  const crowd = (kind, text) =>
    row(`${kind}, sixty at once`, () =>
      peers.crowd(target, { connections, forMs, bytes: Buffer.from(text) }),
    );
  const empty = peers.headOf({ ...route, path: "/ping" }, peers.asHeaders(target));
  return [
    crowd(
      "one-byte chunks",
      peers.headOf(route, [...peers.asHeaders(target), "Transfer-Encoding: chunked"]) +
        "1\r\n \r\n".repeat(10_000),
    ),
    crowd(
      "pipelined",
      (route.method === "GET" ? peers.headOf(route, peers.asHeaders(target)) : empty).repeat(600),
    ),
    crowd("pipelined, of strangers", "GET / HTTP/1.0\n\n".repeat(4000)),
  ];
}

const connectionsOf = (size) => Math.max(1, Math.round(8 * size));

function rowsOfQuestion(target, route, { row, size, forMs }) {
  const times = Math.max(20, Math.round(1000 * size));
  const connections = connectionsOf(size);
  // What opens something for each asker is asked more often than there is room for.
  const asked = endless.has(route.path) ? 20 : Math.round(20 * Math.max(0.1, size));
  const wide = `${route.path}?${[...route.queries, "a"].map((name) => `${name}=x&`.repeat(12_000 / (name.length + 3) / (route.queries.length + 1))).join("")}`;
  const long = route.queries.map((name) => `${route.path}?${name}=${"*a".repeat(6000)}`);
  const rows = [
    row("upgrade x", () => peers.upgrades(target, route, { protocol: "x", times: asked, forMs })),
    row("upgrade websocket", () =>
      peers.upgrades(target, route, { protocol: "websocket", times: asked, forMs }),
    ),
    row("half closed", () => peers.halfClosed(target, route, { connections, forMs: forMs / 2 })),
    row("HEAD", () => peers.pipelined(target, { ...route, method: "HEAD" }, { times, forMs: forMs * 2 })),
    row("pipelined", () => peers.pipelined(target, route, { times, forMs: forMs * 4 })),
    row("pipelined, never read", () => peers.pipelined(target, route, { times, forMs, reads: false })),
  ];
  if (endless.has(route.path)) return rows;
  return [
    ...rows,
    row("a wide question", () => peers.ask(target, { ...route, path: wide })),
    ...long.map((path, place) =>
      row(`a long ${route.queries[place]}`, () => peers.ask(target, { ...route, path })),
    ),
    row("several at once", () =>
      Promise.all(Array.from({ length: connections }, () => peers.ask(target, route))),
    ),
  ];
}

/** Bodies of the routes asked for last: all of them together would be gigabytes. */
function createBodies(size) {
  const made = new Map();
  return (route) => {
    if (!made.has(route) && made.size >= 1 / size) made.clear();
    if (!made.has(route)) made.set(route, bodiesOf(route, size));
    return made.get(route);
  };
}

function rowsOfBodies(target, route, { row, bodies, forMs }) {
  const names = bodiesOf(route, 1 / 256);
  const isForm = route.takes === "form";
  const type = { "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json" };
  const path = route.path === "/post" ? "/post?ns=x" : route.path;
  const deadlineMs = Math.max(1000, forMs * 10);
  const send = (body, more = {}) =>
    peers.ask(target, { ...route, path }, { body, more: { ...type, ...more }, deadlineMs });
  const four = (body) =>
    Promise.all(Array.from({ length: 4 }, () => send(body, { "content-encoding": "gzip" })));
  return [
    ...Object.keys(names.plain).map((kind) => row(kind, () => send(bodies(route).plain[kind]))),
    ...Object.keys(names.packed).map((kind) => row(`packed ${kind}`, () => four(bodies(route).packed[kind]))),
  ];
}

const text = (piece, times) => Buffer.from(piece.repeat(times));
const numbered = (line, times) => Buffer.from(Array.from({ length: times }, (_, n) => line(n)).join("\n"));

/** What is written to a listener over and over. */
const pieces = {
  statsd: (times) => ({
    "names without end": numbered((n) => `n${n}:1|c`, times),
    sets: numbered((n) => `s:${n}|s`, times),
    timers: numbered((n) => `t:${n}|ms`, times),
    "values of one line": Buffer.from(`t:${"1:".repeat(times)}1|ms\n`),
    "tags of one line": Buffer.from(`t:1|c|#${"a:b,".repeat(times)}\n`),
    "line ends": text("\n", times * 10),
    "no line end": text("x", times * 10),
    "wrong lines": text("x\n", times * 5),
    events: text("_e{1,1}:a|b\n", times),
    checks: numbered((n) => `_sc|c${n}|0`, times),
  }),
  graphite: (times) => ({
    "names without end": numbered((n) => `n${n} 1 1700000000`, times),
    "deep names": text(`${"a.".repeat(200)}b 1 1700000000\n`, times / 50),
    "tags of one line": Buffer.from(`n${";a=b".repeat(times)} 1 1700000000\n`),
    "line ends": text("\n", times * 10),
    "no line end": text("x", times * 10),
    "wrong lines": text("x\n", times * 5),
  }),
  collectd: (times) => ({
    "parts without end": text("\0\0\0\x06a\0", times),
    "parts of no length": text("\0\0\0\0", times),
    "values without end": Buffer.concat([Buffer.from("\0\x06\0\x0f\0\x01\x01"), Buffer.alloc(8)]),
    zeros: Buffer.alloc(1400),
    "an encrypted one": Buffer.concat([Buffer.from([2, 16, 5, 120, 0, 1, 97]), Buffer.alloc(1393)]),
  }),
};

function rowsOfListener(subject, where, { size, forMs }) {
  const [kind, way] = subject.split(" ");
  const row = (what, run) => ({ subject, kind: what, run });
  const shapes = pieces[kind]?.(Math.round(20_000 * size));
  if (way === "udp")
    return Object.entries(shapes).map(([what, bytes]) => row(what, () => datagrams(where.udp, bytes, forMs)));
  const single = row("single bytes", () =>
    peers.streams(where, { piece: Buffer.from("x"), forMs: forMs * 2 }),
  );
  if (shapes !== undefined)
    return [
      single,
      ...Object.entries(shapes).map(([what, piece]) =>
        row(what, () => peers.streams(where, { piece, connections: 4, forMs })),
      ),
      row("packets of one byte", () =>
        peers.streams(where, { piece: text("\x01\0\0\0x", 5000), connections: 4, forMs }),
      ),
      row("silent", () =>
        peers.streams(where, { piece: Buffer.alloc(0), connections: Math.round(200 * size), forMs }),
      ),
    ];
  if (kind === "websocket") return [single, ...rowsOfWebsocket(where, { row, size, forMs })];
  const chunks = "POST /metric/append HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  return [
    single,
    row("one-byte chunks", () =>
      peers.streams(where, { first: chunks, piece: text("1\r\n \r\n", 10_000), connections: 8, forMs }),
    ),
    row("pipelined", () =>
      peers.streams(where, {
        piece: text("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", 500),
        connections: 4,
        forMs,
      }),
    ),
    row("silent", () =>
      peers.streams(where, { piece: Buffer.alloc(0), connections: Math.round(200 * size), forMs }),
    ),
  ];
}

const handshake =
  "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n";

/** Frames are masked with zeros (RFC 6455 §5.3). */
function rowsOfWebsocket(where, { row, size, forMs }) {
  const frame = (first, length) =>
    Buffer.concat([Buffer.from([first, 0x80 | length, 0, 0, 0, 0]), Buffer.alloc(length)]);
  const many = (one) => Buffer.concat(Array.from({ length: 2000 }, () => one));
  const send = (what, piece) =>
    row(what, () => peers.streams(where, { first: handshake, piece, connections: 8, forMs }));
  return [
    send("pings", many(frame(0x89, 125))),
    row("pings, never read", () =>
      peers.streams(where, {
        first: handshake,
        piece: many(frame(0x89, 125)),
        connections: 8,
        forMs,
        reads: false,
      }),
    ),
    send("small frames", many(frame(0x81, 1))),
    row("fragments without end", () =>
      peers.streams(where, {
        first: Buffer.concat([Buffer.from(handshake), frame(0x01, 0)]),
        piece: many(frame(0x00, 0)),
        connections: 8,
        forMs,
      }),
    ),
    send("a huge frame", Buffer.from([0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0])),
    row("requests", () =>
      peers.streams(where, {
        piece: text("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 500),
        connections: 8,
        forMs,
      }),
    ),
    row("silent", () =>
      peers.streams(where, { piece: Buffer.alloc(0), connections: Math.round(200 * size), forMs }),
    ),
  ];
}

async function datagrams(port, bytes, forMs) {
  const socket = createSocket("udp4");
  const untilMs = performance.now() + forMs;
  const parts = [];
  for (let from = 0; from < bytes.length; from += 8000) parts.push(bytes.subarray(from, from + 8000));
  while (performance.now() < untilMs)
    for (const part of parts.slice(0, 50))
      await new Promise((resolve) => socket.send(part, port, "127.0.0.1", resolve));
  socket.close();
}
