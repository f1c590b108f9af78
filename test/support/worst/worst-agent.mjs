// An agent with everything open that takes something from outside, as a process of its own, and what it says is open.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { join } from "node:path";
import { ask, pause } from "./worst-peers.mjs";

const token = "a-token-of-the-worst-bodies";

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** `command` gives the words that start node with a configuration, such as within a control group. */
export async function startWorstAgent({ home, main, plugins, flags, within = [] }) {
  const [api, statsd, graphite, collectd, websocket] = await Promise.all(Array.from({ length: 5 }, freePort));
  mkdirSync(home, { recursive: true });
  const socketOf = (name) => join(home, `${name}.sock`);
  const text = `
api: { listen: "127.0.0.1:${api}" }
access:
  local_users: [read, push]
  callers: [{ name: owner, token: "${token}", roles: [admin], commands: ["*"] }]
programs: { paths: ["${plugins}"] }
inputs:
  collectors: { enabled: false }
  statsd: { listen: ["udp://127.0.0.1:${statsd}", "tcp://127.0.0.1:${statsd}", "unix://${socketOf("statsd")}"], every: 1s }
  graphite: { listen: ["udp://127.0.0.1:${graphite}", "tcp://127.0.0.1:${graphite}", "unix://${socketOf("graphite")}"] }
  collectd: { listen: ["udp://127.0.0.1:${collectd}"] }
events: { websocket: { listen: "tcp://127.0.0.1:${websocket}" } }
log: { level: error }
`;
  writeFileSync(join(home, "yagura.yaml"), text);
  const [command, ...words] = [...within, process.execPath, ...flags, main, "daemon"];
  const child = spawn(command, [...words, "--config", join(home, "yagura.yaml"), "--home", home], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { PATH: process.env.PATH, MALLOC_ARENA_MAX: "1", UV_THREADPOOL_SIZE: "8" },
  });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const target = { port: api, headers: { authorization: `Bearer ${token}` } };
  for (let tries = 0; (await ask(target, { method: "GET", path: "/" })) !== 200; tries += 1) {
    if (child.exitCode !== null || tries > 300) throw new Error(`the agent did not start: ${child.exitCode}`);
    await pause(50);
  }
  return {
    ...{ target, token, pid: child.pid, home, gone },
    listeners: {
      "statsd udp": { udp: statsd },
      "statsd tcp": { port: statsd, host: "127.0.0.1" },
      "statsd unix": { path: socketOf("statsd") },
      "graphite udp": { udp: graphite },
      "graphite tcp": { port: graphite, host: "127.0.0.1" },
      "graphite unix": { path: socketOf("graphite") },
      "collectd udp": { udp: collectd },
      "websocket tcp": { port: websocket, host: "127.0.0.1" },
      "api unix": { path: join(home, "agent.sock") },
    },
    memoryMiB() {
      const status = readFileSync(`/proc/${child.pid}/status`, "latin1");
      return Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1]) / 1024;
    },
    exitCode: () => child.exitCode ?? child.signalCode ?? undefined,
    async stop() {
      child.kill("SIGTERM");
      await Promise.race([gone, pause(10_000)]);
      child.kill("SIGKILL");
      await gone;
    },
  };
}

/** The answer as JSON. */
export function see({ port, headers }, path) {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port, path, headers, rejectUnauthorized: false, agent: false },
      (answer) => {
        let text = "";
        answer.on("data", (bytes) => {
          text += bytes;
        });
        answer.on("end", () => resolve(JSON.parse(text)));
      },
    );
    sent.on("error", reject);
    sent.end();
  });
}

/** The agent's routes, from its own description of them. */
export async function routesOf(target) {
  const { paths } = await see(target, "/openapi.json");
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => routeOf(method.toUpperCase(), path, operation)),
  );
}

function routeOf(method, path, { parameters = [], requestBody }) {
  const content = requestBody?.content ?? {};
  const [kind] = Object.keys(content);
  const takes = {
    "text/plain": "bytes",
    "application/json": "json",
    "application/x-www-form-urlencoded": "form",
  }[kind];
  const queries = parameters.filter((one) => one.in === "query").map(({ name }) => name);
  const properties = Object.keys(content[kind]?.schema?.properties ?? {});
  return { method, path, takes, queries, keys: takes === "form" ? queries : properties };
}

/** Taps that can be opened, up to one more than there may be; connections to the API and clients of the listeners that stand. */
export async function whatIsOpen({ target }) {
  const { connections } = await see(target, "/status");
  const { inputs } = await see(target, "/inputs");
  const { websocket } = await see(target, "/agent/info");
  const sockets = await Promise.all(Array.from({ length: 17 }, () => openTap(target)));
  const taps = sockets.filter(({ status }) => status === 200).length;
  for (const { sent } of sockets) sent.destroy();
  const clients = inputs.reduce(
    (sum, one) => sum + one.connections,
    websocket.nb_connexions ?? websocket.connections ?? 0,
  );
  return { taps, connections: connections.open + connections.waiting, clients };
}

function openTap({ port, headers }) {
  return new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port,
      path: "/tap",
      headers,
      rejectUnauthorized: false,
      agent: false,
    };
    const sent = request(options, (answer) => {
      answer.on("error", () => {});
      answer.resume();
      resolve({ status: answer.statusCode, sent });
    });
    sent.on("error", reject);
    sent.end();
  });
}

/** What stands for the parts of a path. */
export const filledPath = (path) => path.replace(/\{(\w+)\}/g, "x");
