// How fast an output empties the journal: a million metrics wait, then its server is there.
import { connect } from "node:net";
import { freePort, pause, startAgent } from "./agent-process.mjs";
import { ask } from "./ask.mjs";
import { processorSeconds } from "./process-cost.mjs";
import { report } from "./report.mjs";
import { Seen, sinks } from "./sinks.mjs";

const series = 2000;
const rounds = 500;
const total = series * rounds;

export async function outputRate() {
  console.log(`journal to one output, ${total} metrics`);
  for (const name of ["influx", "graphite", "nsq", "otlp"]) await drain(name);
}

async function drain(name) {
  const listen = await freePort();
  const port = await freePort();
  const where = {
    influx: `{ url: "http://127.0.0.1:${port}", database: bench, retry_limit: 500ms }`,
    graphite: `{ server: "127.0.0.1:${port}", retry_limit: 500ms }`,
    nsq: `{ servers: ["127.0.0.1:${port}"], ns: a.bench, retry_limit: 500ms }`,
    otlp: `{ url: "http://127.0.0.1:${port}", retry_limit: 500ms }`,
  };
  const agent = await startAgent({
    config: `inputs: { collectors: { enabled: false }, graphite: { listen: "tcp://127.0.0.1:${listen}" } }\noutputs: { ${name}: ${where[name]} }\n`,
  });
  const seen = new Seen(total);
  let sink;
  try {
    await fill(listen);
    for (let waiting = 0; waiting < total; await pause(100))
      [{ waiting }] = (await ask(agent.port, "/outputs")).outputs;
    const spent = processorSeconds(agent.pid).own;
    sink = await sinks[name](port, seen);
    while (seen.distinct < total) await pause(20);
    const cost = processorSeconds(agent.pid).own - spent;
    const rate = total / ((seen.lastMs - seen.firstMs) / 1000);
    report(`${name}: from the journal to the last one there`, `${Math.round(rate)}/s`, {
      target: ">= 100000/s",
      met: rate >= 100_000,
    });
    report("  for a second of processor", `${Math.round(total / cost)}`);
  } finally {
    await agent.stop();
    await sink?.stop();
  }
}

async function fill(port) {
  const startS = Math.floor(Date.now() / 1000) - rounds;
  const socket = connect(port, "127.0.0.1");
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  for (let round = 0; round < rounds; round += 1) {
    let text = "";
    for (let number = 0; number < series; number += 1)
      text += `bench.m${number} ${round * series + number} ${startS + round}\n`;
    if (!socket.write(text)) await new Promise((resolve) => socket.once("drain", resolve));
  }
  await new Promise((resolve) => socket.end(resolve));
}
