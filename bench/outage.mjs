// All servers dead, metrics coming in, the agent killed in the middle of it, the servers back: what arrives, what it cost.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, pause, startAgent } from "./agent-process.mjs";
import { ask } from "./ask.mjs";
import { peakMiB, processorSeconds } from "./process-cost.mjs";
import { report } from "./report.mjs";
import { Seen, sinks } from "./sinks.mjs";

const perSecond = 5000;

export const outage = () => run(1);
export const outageLong = () => run(10);

async function run(minutes) {
  const seconds = minutes * 60;
  const total = seconds * perSecond;
  console.log(
    `outage of ${minutes} min for six outputs, ${perSecond} metrics/s, kill -9, then the servers are back`,
  );
  const home = mkdtempSync(join(tmpdir(), "yagura-bench-"));
  const ports = Object.fromEntries(
    await Promise.all(
      ["listen", "influx", "otlp", "nsq", "graphite", "nats", "prometheus"].map(async (name) => [
        name,
        await freePort(),
      ]),
    ),
  );
  const config = configOf(ports);
  const servers = [];
  let agent = await startAgent({ config, home });
  try {
    await pause(2000);
    const before = processorSeconds(agent.pid).own;
    const startS = Math.floor(Date.now() / 1000);
    await feed(ports.listen, seconds, startS);
    const share = (processorSeconds(agent.pid).own - before) / seconds;
    // The journal has what came within a second.
    await pause(2500);
    const { outputs } = await ask(agent.port, "/outputs");
    report("processor while dead", `${(share * 100).toFixed(2)} %`, { target: "<= 2 %", met: share <= 0.02 });
    report("memory, highest", `${peakMiB(agent.pid).toFixed(1)} MiB`, {
      target: "<= 100 MiB",
      met: peakMiB(agent.pid) <= 100,
    });
    report("least that waits for an output", Math.min(...outputs.map(({ waiting }) => waiting)), {
      target: total,
      met: outputs.every(({ waiting }) => waiting >= total),
    });
    process.kill(agent.pid, "SIGKILL");
    await pause(500);
    const arrivals = await openServers(ports, total, home, servers, { startS, seconds });
    agent = await startAgent({ config, home });
    const began = performance.now();
    const found = await untilAll(arrivals, total);
    const took = (performance.now() - began) / 1000;
    for (const [name, count] of Object.entries(found))
      report(`arrived at ${name}`, `${count} of ${total}`, { target: "all", met: count === total });
    report("all of it, after the start", `${took.toFixed(1)} s`);
    report("memory, highest while it was sent", `${peakMiB(agent.pid).toFixed(1)} MiB`, {
      target: "<= 100 MiB",
      met: peakMiB(agent.pid) <= 100,
    });
  } finally {
    await agent.stop();
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(home, { recursive: true, force: true });
  }
}

function configOf(ports) {
  return `
inputs: { collectors: { enabled: false }, graphite: { listen: "tcp://127.0.0.1:${ports.listen}" } }
outputs:
  influx: { url: "http://127.0.0.1:${ports.influx}", database: bench }
  otlp: { url: "http://127.0.0.1:${ports.otlp}" }
  nsq: { servers: ["127.0.0.1:${ports.nsq}"], ns: a.bench }
  graphite: { server: "127.0.0.1:${ports.graphite}" }
  nats: { servers: ["127.0.0.1:${ports.nats}"], stream: { name: bench } }
  remote_write: { url: "http://127.0.0.1:${ports.prometheus}/api/v1/write" }
`;
}

/** The value of a metric is its number: which one it is of all that are sent. */
async function feed(port, seconds, startS) {
  const socket = connect(port, "127.0.0.1");
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  const began = performance.now();
  for (let second = 0; second < seconds; second += 1) {
    for (let tenth = 0; tenth < 10; tenth += 1) {
      let text = "";
      for (let number = (tenth * perSecond) / 10; number < ((tenth + 1) * perSecond) / 10; number += 1)
        text += `bench.m${number} ${second * perSecond + number} ${startS + second}\n`;
      if (!socket.write(text)) await new Promise((resolve) => socket.once("drain", resolve));
      await pause(Math.max(0, began + second * 1000 + (tenth + 1) * 100 - performance.now()));
    }
  }
  await new Promise((resolve) => socket.end(resolve));
}

/** Name → how many different ones have come. */
async function openServers(ports, total, home, servers, time) {
  const arrivals = {};
  for (const name of ["influx", "otlp", "nsq", "graphite"]) {
    const seen = new Seen(total);
    servers.push(await sinks[name](ports[name], seen));
    arrivals[name] = async () => seen.distinct;
  }
  servers.push(
    daemon("nats-server", ["-a", "127.0.0.1", "-p", ports.nats, "-js", "-sd", join(home, "nats")]),
  );
  arrivals.nats = await natsCount(ports.nats, total);
  servers.push(
    daemon("prometheus", [
      `--config.file=/dev/null`,
      `--storage.tsdb.path=${join(home, "prometheus")}`,
      `--web.listen-address=127.0.0.1:${ports.prometheus}`,
      "--web.enable-remote-write-receiver",
    ]),
  );
  arrivals.prometheus = () => prometheusCount(ports.prometheus, time);
  return arrivals;
}

function daemon(command, args) {
  const child = spawn(command, args.map(String), { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return {
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Reads the stream from its beginning, beside whoever writes it. */
async function natsCount(port, total) {
  const { connect: connectNats } = await import("@nats-io/transport-node");
  const { jetstream } = await import("@nats-io/jetstream");
  const seen = new Seen(total);
  let isReading = false;
  const read = async () => {
    isReading = true;
    try {
      const connection = await connectNats({ servers: `127.0.0.1:${port}` });
      const consumer = await jetstream(connection).consumers.get("bench", { deliver_policy: "all" });
      for await (const message of await consumer.consume())
        for (const [, value] of message.string().matchAll(/"value":(\d+)/g)) seen.add(Number(value));
    } catch {
      // The stream is there when the agent has made it.
      isReading = false;
    }
  };
  return async () => {
    if (!isReading) void read();
    return seen.distinct;
  };
}

/** As many as it says it took in; when those are all, as many as it gives back, a tenth of the series at a time. */
async function prometheusCount(port, { startS, seconds }) {
  try {
    const own = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const taken = Number(
      /^prometheus_tsdb_head_samples_appended_total(?:\{type="float"\})? (\S+)$/m.exec(own)?.[1] ?? 0,
    );
    if (taken < seconds * perSecond) return taken;
    let found = 0;
    for (let digit = 0; digit < 10; digit += 1) {
      const query = `{__name__=~"bench_m[0-9]*${digit}"}[${seconds + 5}s]`;
      const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}&time=${startS + seconds}`;
      const { data } = await (await fetch(url)).json();
      for (const { values } of data.result) found += values.length;
    }
    return found;
  } catch {
    return 0;
  }
}

async function untilAll(arrivals, total) {
  let found = {};
  for (let tries = 0; tries < 900; tries += 1) {
    await pause(1000);
    found = Object.fromEntries(
      await Promise.all(Object.entries(arrivals).map(async ([name, count]) => [name, await count()])),
    );
    if (Object.values(found).every((count) => count >= total)) break;
  }
  return found;
}
