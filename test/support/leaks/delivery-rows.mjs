// Rows for what the agent does by itself: outputs and handlers that deliver and fail, collectors that time out, Docker.
import { join } from "node:path";
import * as peers from "./leak-peers.mjs";

const soon = { every: "1ms", retry_first: "1ms", retry_limit: "1ms", batch: 1 };
const [taken, failed, silent] = ["delivering", "refused by the system", "never answered"];

/** By output: what is said to it, by the peer, and peers beside those that all have. */
const outputs = {
  influx: {
    of: (port) => ({ url: `http://127.0.0.1:${port}`, database: "x" }),
    good: () => peers.httpPeer({ status: 204 }),
    bad: true,
  },
  remote_write: {
    of: (port) => ({ url: `http://127.0.0.1:${port}/w` }),
    good: () => peers.httpPeer({ status: 204 }),
    bad: true,
  },
  otlp: {
    of: (port) => ({ url: `http://127.0.0.1:${port}` }),
    good: () => peers.httpPeer({ text: "{}" }),
    bad: true,
  },
  nsq: {
    of: (port) => ({ servers: [`127.0.0.1:${port}`], ns: "a.b" }),
    good: () => peers.httpPeer({ text: "OK" }),
    bad: true,
  },
  "nsq over TCP": {
    of: (port) => ({ servers: [`nsq://127.0.0.1:${port}`], ns: "a.b" }),
    good: () => peers.nsqdPeer(),
  },
  graphite: { of: (port) => ({ server: `127.0.0.1:${port}` }), good: peers.linePeer, isSilent: false },
  nats: { of: (port) => ({ servers: [`nats://127.0.0.1:${port}`], subject: "m", stream: { name: "m" } }) },
  collectd: {
    of: (port) => ({ server: `127.0.0.1:${port}`, security: "none" }),
    good: peers.datagramPeer,
    isSilent: false,
  },
  file: { of: () => ({ path: "{home}/out.txt" }), good: peers.nobody, isLocal: true },
  stdout: { of: () => ({}), good: peers.nobody, isLocal: true },
};

/** Groups of one row each: an output at work goes on by itself. */
export function outputGroups() {
  return Object.entries(outputs).flatMap(([name, { of, good, bad, isLocal = false, isSilent = true }]) => {
    const [key] = name.split(" ");
    const row =
      (kind, open, { counts, share, more = {} }) =>
      async () => {
        const peer = await open();
        const counted = async ({ ask }) => JSON.parse((await ask("GET", "/outputs")).text).outputs[0][counts];
        const begin = ({ ask }, times) => write(ask, counts === "sent" ? times : 1);
        return {
          agent: { config: { outputs: { [key]: { ...of(peer.port), ...soon, ...more } } }, stop: peer.stop },
          rows: [{ kind: `output ${name}, ${kind}`, counted, begin, share }],
        };
      };
    return [
      ...(good === undefined
        ? []
        : [
            row(taken, good, { counts: "sent", share: name === "graphite" || name === "collectd" ? 0.2 : 1 }),
          ]),
      ...(isLocal ? [] : [row(failed, peers.nobody, { counts: "retries", share: 0.5 })]),
      ...(bad === true
        ? [row("answered with 500", () => peers.httpPeer({ status: 500 }), { counts: "retries", share: 0.5 })]
        : []),
      ...(isLocal || !isSilent
        ? []
        : [row(silent, peers.silentPeer, { counts: "retries", share: 0.05, more: { deadline: "50ms" } })]),
    ];
  });
}

async function write(ask, times) {
  for (let from = 0; from < times; from += 1000) {
    const body = Array.from({ length: Math.min(1000, times - from) }, (_, n) => `m value=${n}`).join("\n");
    const { status, text } = await ask("POST", "/write?db=x", { body });
    if (status !== 204) throw new Error(`${status} ${text}`);
  }
}

const smtp = (port) => ({
  mail: { smtp: `smtp://127.0.0.1:${port}`, from: "a@b.example", to: ["c@d.example"] },
});
const hook = (port) => ({ webhook: { url: `http://127.0.0.1:${port}/` } });
const chat = (port) => ({ slack: { token: "xoxb-1", channel: "#a", url: `http://127.0.0.1:${port}` } });
const run = (program) => () => ({ command: { run: [`{home}/bin/${program}`] } });
const said = JSON.stringify({ ok: true, channel: "C1", ts: "1" });

const handlers = [
  ["mail, taken", smtp, peers.smtpPeer],
  ["mail, deferred", smtp, () => peers.smtpPeer({ recipient: "450 later" })],
  ["mail, refused by the system", smtp, peers.nobody],
  ["webhook, taken", hook, peers.httpPeer],
  ["webhook, answered with 500", hook, () => peers.httpPeer({ status: 500 })],
  ["webhook, refused by the system", hook, peers.nobody],
  ["slack, taken", chat, () => peers.httpPeer({ text: said })],
  ["slack, answered with 500", chat, () => peers.httpPeer({ status: 500 })],
  ["command, ends well", run("good"), peers.nobody],
  ["command, fails", run("bad"), peers.nobody],
];

/** Each change of a state is told before the next, or waits: then the queue is full after the first few. */
export function handlerGroups() {
  return handlers.map(([kind, of, open]) => async () => {
    const peer = await open();
    const flip = async ({ ask }, number) => {
      const body = { check: "b", state: number % 2 === 0 ? 0 : 2, output: `n${number}` };
      const { status, text } = await ask("POST", "/checks/results", { body });
      if (status !== 200) throw new Error(`${status} ${text}`);
    };
    return {
      agent: {
        config: {
          handlers: { queue: { max: 100 }, ...of(peer.port) },
          events: { max_bytes: "1MiB", memory: 100 },
        },
        files: {
          "objects.d/b.yml": "check:\n  passive: true\n  attempts: 1\n",
          "bin/good": "#!/bin/sh\nexit 0\n",
          "bin/bad": "#!/bin/sh\nexit 1\n",
        },
        stop: peer.stop,
      },
      rows: [{ kind: `state flip, ${kind}`, atOnce: 1, settleMs: 4000, once: flip }],
    };
  });
}

const applications = {
  nginx: (port) => ({ uri: `http://127.0.0.1:${port}/` }),
  redis: (port) => ({ server: "127.0.0.1", port }),
  mysql: (port) => ({ server: "127.0.0.1", port }),
  mongodb: (port) => ({ uri: `mongodb://127.0.0.1:${port}/` }),
};

/** Of servers that take the connection and say nothing. */
export function collectorGroups() {
  return Object.entries(applications).map(([name, of]) => async () => {
    const peer = await peers.silentPeer();
    const collectors = {
      every: "1h",
      [name]: { enabled: true, every: "60ms", deadline: "50ms", ...of(peer.port) },
    };
    return {
      agent: { config: { inputs: { collectors } }, stop: peer.stop },
      rows: [{ kind: `collector ${name} that times out`, counted: peer.counted, share: 0.1 }],
    };
  });
}

export async function dockerGroup(directory) {
  const engine = await peers.dockerPeer(join(directory, "docker.sock"));
  const asked =
    (path) =>
    async ({ ask }) => {
      const { status, text } = await ask("GET", path);
      if (status !== 200) throw new Error(`${status} ${text}`);
    };
  const collectors = { every: "1h", docker: { socket: engine.path, every: "100ms" } };
  return {
    agent: { config: { inputs: { collectors } }, stop: engine.stop },
    rows: ["/docker/containers", "/docker/images", "/docker/stats"].map((path) => ({
      kind: `GET ${path}`,
      once: asked(path),
    })),
  };
}
