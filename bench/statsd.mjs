// statsd beside etsy's: the same packets to each in turn, what arrived, what it cost.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, pause, startAgent } from "./agent-process.mjs";
import { ask } from "./ask.mjs";
import { processorSeconds } from "./process-cost.mjs";
import { ratio, report } from "./report.mjs";
import { rivalPackage } from "./rival-packages.mjs";

const seconds = 8;
const loads = [
  { what: "one a packet, 100,000/s, smooth", rate: 100_000, lines: 1, gap: 0 },
  { what: "one a packet, 100,000/s, bursts of 200 µs", rate: 100_000, lines: 1, gap: 200 },
  { what: "20 a packet, 300,000 metrics/s", rate: 15_000, lines: 20, gap: 0 },
];

export async function statsd() {
  console.log(`statsd, ${seconds} s of each load, in turn with etsy's`);
  const directory = mkdtempSync(join(tmpdir(), "yagura-bench-"));
  const sender = join(directory, "udp-sender");
  execFileSync("gcc", ["-O2", "-o", sender, fileURLToPath(new URL("./udp-sender.c", import.meta.url))]);
  const own = await startOwn();
  const rival = await startEtsy(directory);
  try {
    for (const load of loads) {
      const found = {};
      for (const [name, one] of Object.entries({ rival, own })) found[name] = await drive(one, load, sender);
      tell(load, found);
    }
  } finally {
    await Promise.all([own.stop(), rival.stop()]);
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Twice: the first time for the engine to get to know the code. */
async function drive({ pid, port, received }, { rate, lines, gap }, sender) {
  const run = (length) => {
    const args = [port, rate, length, lines, gap].map(String);
    return new Promise((resolve, reject) => {
      const child = spawn(sender, args, { stdio: ["ignore", "pipe", "inherit"] });
      let text = "";
      child.stdout.on("data", (chunk) => (text += chunk));
      child.once("close", (code) =>
        code === 0 ? resolve(text.split(" ").map(Number)) : reject(new Error(`sender: ${code}`)),
      );
    });
  };
  await run(2);
  await pause(1500);
  const before = await received();
  const spent = processorSeconds(pid).own;
  const [sent, , took] = await run(seconds);
  await pause(1500);
  const cost = processorSeconds(pid).own - spent;
  const metrics = (await received()) - before;
  return {
    sent: sent * lines,
    metrics,
    lost: 1 - metrics / (sent * lines),
    perSecond: metrics / cost,
    share: cost / took,
  };
}

function tell({ what, lines }, { own, rival }) {
  const percent = (share) => `${(share * 100).toFixed(3)} %`;
  const limit = lines === 1 ? 0 : 0.001;
  const target = lines === 1 ? "0 lost" : "< 0.1 %";
  report(`${what}: lost, of ${own.sent}`, percent(own.lost), { target, met: own.lost <= limit });
  report("  etsy's lost", percent(rival.lost));
  report("  share of a core, ours and etsy's", `${percent(own.share)} and ${percent(rival.share)}`);
  report(
    "  metrics for a second of processor, ours and etsy's",
    `${Math.round(own.perSecond)} and ${Math.round(rival.perSecond)}`,
  );
  const times = own.perSecond / rival.perSecond;
  report("  ours against etsy's", ratio(times), lines === 1 ? {} : { target: ">= 2", met: times >= 2 });
}

async function startOwn() {
  const port = await freePort();
  const agent = await startAgent({
    config: `inputs: { statsd: { listen: "udp://127.0.0.1:${port}", every: 1s } }\n`,
  });
  const received = async () => {
    const { inputs } = await ask(agent.port, "/inputs");
    return inputs.find(({ name }) => name === "statsd").metrics;
  };
  return { pid: agent.pid, port, received, stop: () => agent.stop() };
}

/** Flushes each second to a sink that adds up what it says it received. */
async function startEtsy(directory) {
  const place = rivalPackage("statsd", "0.9.0");
  let metrics = 0;
  const sink = createServer((socket) => {
    let rest = "";
    socket.on("data", (chunk) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        const [name, value] = line.split(" ");
        if (name === "stats.counters.statsd.metrics_received.count") metrics += Number(value);
      }
    });
  });
  await new Promise((resolve) => sink.listen(0, "127.0.0.1", resolve));
  const port = await freePort();
  const config = join(directory, "etsy.js");
  const graphite = `graphiteHost: "127.0.0.1", graphitePort: ${sink.address().port}, graphite: { legacyNamespace: false }`;
  const where = `address: "127.0.0.1", port: ${port}, mgmt_address: "127.0.0.1", mgmt_port: ${await freePort()}`;
  writeFileSync(
    config,
    `{ ${graphite}, ${where}, backends: ["./backends/graphite"], flushInterval: 1000, deleteIdleStats: true }\n`,
  );
  const child = spawn(process.execPath, [join(place, "stats.js"), config], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await pause(1500);
  return {
    pid: child.pid,
    port,
    received: async () => metrics,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      sink.close();
    },
  };
}
