// Rows for what callers and senders do: requests, streams, lines, datagrams.
import { createSocket } from "node:dgram";
import { request } from "node:https";
import { connect } from "node:net";
import WebSocket from "ws";
import { freePort, pause } from "./inspected-agent.mjs";
import { nobody, silentPeer } from "./leak-peers.mjs";

const ok = (wanted, work) => async (agent, number) => {
  const { status, text } = await work(agent, number);
  if (status !== wanted) throw new Error(`status ${status} and not ${wanted}: ${text}`);
};
const get = (path, wanted = 200) => ok(wanted, ({ ask }) => ask("GET", path));
const post = (path, body, wanted = 200, headers = {}) =>
  ok(wanted, ({ ask }, number) =>
    ask("POST", path, { headers, body: typeof body === "function" ? body(number) : body }),
  );

/** Begins to read an endless answer, and hangs up. */
const hangUp =
  (path) =>
  ({ port, token }) =>
    new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port, path, rejectUnauthorized: false, agent: false };
      const sent = request({ ...options, headers: { authorization: `Bearer ${token}` } }, (answer) => {
        answer.on("error", () => {});
        if (answer.statusCode !== 200) reject(new Error(`status ${answer.statusCode}`));
        sent.destroy();
      });
      sent.on("error", () => {});
      sent.once("close", resolve);
      sent.end();
    });

const overWebsocket = (url, options) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { rejectUnauthorized: false, ...options });
    socket.once("error", reject);
    socket.once("open", () => socket.close());
    socket.once("close", resolve);
  });

const line = (port, text) =>
  new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(text));
    socket.resume().once("error", reject).once("close", resolve);
  });

/** A part of a collectd packet that is a text. */
function textPart(type, text) {
  const bytes = Buffer.from(`${text}\0`);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(bytes.length + 4, 2);
  return Buffer.concat([head, bytes]);
}

function collectdPacket(value) {
  const time = Buffer.from([0, 8, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0]);
  time.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000)) << 30n, 4);
  const values = Buffer.alloc(15);
  values.set([0, 6, 0, 15, 0, 1, 1]);
  values.writeDoubleLE(value, 7);
  const names = [textPart(0, "host"), time, textPart(2, "load"), textPart(4, "gauge")];
  return Buffer.concat([...names, values]);
}

const nowS = () => Math.floor(Date.now() / 1000);
const check = JSON.stringify({ plugin_name: "check_ok", plugin_option: "" });
const hop = (port, type, more = {}) => ({
  proxy_hostport: [`127.0.0.1:${port}`],
  request_type: type,
  ...more,
});

export async function requestRows() {
  const [statsd, graphite, collectd, websocket] = await Promise.all(Array.from({ length: 4 }, freePort));
  const [refused, silent] = [await nobody(), await silentPeer()];
  const datagrams = createSocket("udp4");
  const send = (port, bytes) => new Promise((resolve) => datagrams.send(bytes, port, "127.0.0.1", resolve));
  const config = {
    programs: { paths: ["{home}/bin"], deadline: "1s", kill_after: "50ms" },
    inputs: {
      collectors: { enabled: false },
      statsd: { listen: [`udp://127.0.0.1:${statsd}`], every: "1s" },
      graphite: { listen: [`tcp://127.0.0.1:${graphite}`] },
      collectd: { listen: [`udp://127.0.0.1:${collectd}`] },
    },
    events: { websocket: { listen: `tcp://127.0.0.1:${websocket}` } },
    pipeline: { max_series: 1000, series_silent: "10s" },
    store: { history: { resolutions: ["1s:1m"], flush_every: "1s" } },
  };
  const files = {
    "bin/check_ok": "#!/bin/sh\necho fine\n",
    "bin/check_slow": "#!/bin/sh\nexec sleep 30\n",
    "objects.d/g.yml": 'detector:\n  interval: 1h\n  apply_if: "1 == 1"\n  add_groups: [leaky]\n',
  };
  const stop = () => {
    silent.stop();
    datagrams.close();
  };
  return {
    agent: { config, files, stop },
    rows: [
      { kind: "connection", once: ok(200, ({ ask }) => ask("GET", "/", { fresh: true })) },
      { kind: "GET /", once: get("/") },
      { kind: "404", once: get("/nowhere", 404) },
      { kind: "404, a name each time", once: ok(404, ({ ask }, n) => ask("GET", `/nowhere/${n}`)) },
      { kind: "check", once: post("/monitor", check) },
      {
        kind: "check that times out",
        share: 0.05,
        atOnce: 16,
        once: post("/monitor", { plugin_name: "check_slow", plugin_option: "" }, 500),
      },
      {
        kind: "hop ok",
        once: async (agent, n) =>
          await post("/proxy", hop(agent.port, "monitor", { request_json: check }))(agent, n),
      },
      { kind: "hop refused", once: post("/proxy", hop(refused.port, "status"), 500) },
      {
        kind: "hop 504",
        share: 0.2,
        once: post("/proxy", hop(silent.port, "status"), 504, { "yagura-deadline-ms": "60" }),
      },
      {
        kind: "hop to a name that is none",
        once: post("/proxy", { ...hop(1, "status"), proxy_hostport: ["localhost.invalid:1"] }, 500),
      },
      { kind: "render", once: get("/render?target=*&format=json") },
      { kind: "PNG", share: 0.1, once: get("/render?target=*&format=png") },
      { kind: "scrape", once: get("/metrics") },
      {
        kind: "append and drain",
        atOnce: 1,
        once: async (agent, n) => {
          await post("/metric/append", {
            metric_data: [{ hostname: "h", timestamp: nowS(), metrics: { "a.b": 1 } }],
          })(agent, n);
          await post("/metric", {})(agent, n);
        },
      },
      { kind: "push, InfluxDB's lines", once: post("/write?db=x", (n) => `cpu,host=a value=${n}\n`, 204) },
      {
        kind: "push, loda's array",
        once: post("/post?ns=x", (n) =>
          JSON.stringify([{ name: "load", timestamp: Math.floor(Date.now() / 1000), tags: {}, value: n }]),
        ),
      },
      { kind: "statsd, known series", once: (_agent, n) => send(statsd, Buffer.from(`a:${n}|c`)) },
      {
        kind: "statsd, new series, then quiet",
        settleMs: 90_000,
        once: async (_agent, n) => {
          await send(statsd, Buffer.from(`n${n}.${Date.now()}:1|c`));
          if (n % 20 === 0) await pause(1);
        },
      },
      {
        kind: "Graphite connection",
        once: (_agent, n) => line(graphite, `a.b ${n} ${Math.floor(Date.now() / 1000)}\n`),
      },
      { kind: "collectd packet", once: (_agent, n) => send(collectd, collectdPacket(n)) },
      { kind: "server-sent events", once: hangUp("/events/stream") },
      {
        kind: "events over a websocket",
        once: ({ port, token }) =>
          overWebsocket(`wss://127.0.0.1:${port}/events/socket`, {
            headers: { authorization: `Bearer ${token}` },
          }),
      },
      { kind: "websocket of the node", once: () => overWebsocket(`ws://localhost:${websocket}/`) },
      { kind: "tap", atOnce: 4, once: hangUp("/tap") },
      { kind: "evaluator", once: ok(200, ({ ask }) => evaluate(ask, "1 + 1")) },
      { kind: "evaluator, another text each time", once: ok(200, ({ ask }, n) => evaluate(ask, `${n} + 1`)) },
      {
        kind: "evaluator, that waits",
        once: ok(200, ({ ask }) => evaluate(ask, "check_tcp('127.0.0.1', 1, 1)")),
      },
      {
        kind: "PUT and DELETE of a check",
        atOnce: 1,
        share: 0.5,
        once: async ({ ask }, n) => {
          await ask("PUT", "/monitoring/checks/mine", { body: { interval: "1h", critical_if: `${n} == 1` } });
          await ask("DELETE", "/monitoring/checks/mine");
        },
      },
      { kind: "detectors", once: get("/agent/detectors/run") },
      {
        kind: "group added and removed",
        atOnce: 1,
        once: async ({ ask }) => {
          await ask("GET", "/agent/parameters/add/groups/x");
          await ask("GET", "/agent/parameters/remove/groups/x");
        },
      },
    ],
  };
}

function evaluate(ask, text) {
  const body = new URLSearchParams({ expr: Buffer.from(text).toString("base64"), as: "text" }).toString();
  return ask("POST", "/agent/evaluator/eval", {
    body,
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
}

/** Apart from the others: whoever sends wrong tokens is kept out for a time. */
export function wrongTokenRows() {
  const headers = { authorization: "Bearer not-the-one" };
  return {
    agent: {},
    rows: [
      { kind: "wrong token", once: ({ ask }) => ask("GET", "/checks", { headers }) },
      {
        kind: "wrong token, another each time",
        once: ({ ask }, n) => ask("GET", "/checks", { headers: { authorization: `Bearer no-${n}` } }),
      },
    ],
  };
}
