// One scrape of the agent beside one of Debian's prometheus-node-exporter, in turn, over kept-alive connections.
import { spawn } from "node:child_process";
import { Agent, request as requestHttp } from "node:http";
import { request as requestHttps, Agent as TlsAgent } from "node:https";
import { freePort, pause, startAgent } from "./agent-process.mjs";
import { median } from "./load.mjs";
import { processorSeconds } from "./process-cost.mjs";
import { ratio, report } from "./report.mjs";

const rounds = 200;
const wantedLines = 1000;

export async function scrape() {
  console.log(`a scrape of ${wantedLines} lines, ${rounds} in turn with prometheus-node-exporter`);
  const exporterPort = await freePort();
  const exporter = spawn("prometheus-node-exporter", [`--web.listen-address=127.0.0.1:${exporterPort}`], {
    stdio: "ignore",
  });
  const agent = await startAgent();
  try {
    await pause(12_000);
    const own = {
      port: agent.port,
      issue: requestHttps,
      agent: new TlsAgent({ keepAlive: true }),
      rejectUnauthorized: false,
    };
    const rival = { port: exporterPort, issue: requestHttp, agent: new Agent({ keepAlive: true }) };
    await fill(own);
    const found = await inTurn({ own, rival }, { own: agent.pid, rival: exporter.pid });
    tell(found);
  } finally {
    exporter.kill("SIGTERM");
    await agent.stop();
  }
}

/** Hands metrics in until a scrape has the wanted number of lines. */
async function fill(own) {
  const missing = wantedLines - samplesIn((await get(own)).text);
  if (missing <= 0) return;
  const metrics = Object.fromEntries(
    Array.from({ length: Math.ceil(missing) }, (_, n) => [`bench.metric${n}`, n / 7]),
  );
  const body = JSON.stringify({
    metric_data: [{ hostname: "bench", timestamp: Math.floor(Date.now() / 1000), metrics }],
  });
  await get({ ...own, method: "POST", path: "/metric/append", body });
}

async function inTurn(targets, pids) {
  const times = { own: [], rival: [] };
  const lines = {};
  const before = { own: processorSeconds(pids.own).own, rival: processorSeconds(pids.rival).own };
  for (let round = 0; round < rounds; round += 1)
    for (const name of ["own", "rival"]) {
      const { text, ms } = await get(targets[name]);
      times[name].push(ms);
      lines[name] = samplesIn(text);
    }
  const spent = (name) => ((processorSeconds(pids[name]).own - before[name]) * 1000) / rounds;
  return Object.fromEntries(
    ["own", "rival"].map((name) => [
      name,
      { ms: median(times[name]), lines: lines[name], processorMs: spent(name) },
    ]),
  );
}

function tell({ own, rival }) {
  const perThousand = ({ ms, lines }) => (ms * 1000) / lines;
  report(`ours over TLS, ${own.lines} lines`, `${own.ms.toFixed(1)} ms`, {
    target: "<= 10 ms",
    met: own.ms <= 10,
  });
  report(`prometheus-node-exporter over plain HTTP, ${rival.lines} lines`, `${rival.ms.toFixed(1)} ms`);
  report("ours against it, for as many lines", ratio(perThousand(own) / perThousand(rival)));
  report(
    "processor for a scrape, ours and its",
    `${own.processorMs.toFixed(1)} ms and ${rival.processorMs.toFixed(1)} ms`,
  );
}

const samplesIn = (text) => text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length;

function get({ issue, body, ...options }) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const asked = issue({ host: "127.0.0.1", path: "/metrics", ...options }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () =>
        resolve({ text: Buffer.concat(chunks).toString(), ms: performance.now() - began }),
      );
    });
    asked.on("error", reject);
    asked.end(body);
  });
}
