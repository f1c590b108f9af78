// Graphite's lines beside Debian's carbon-cache: the same lines to each in turn, until they are stored and can be asked for.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, pause, startAgent } from "./agent-process.mjs";
import { ask } from "./ask.mjs";
import { diskBytes } from "./disk-bytes.mjs";
import { processorSeconds } from "./process-cost.mjs";
import { ratio, report } from "./report.mjs";

const series = 2000;
const rounds = 300;
const points = series * rounds;
const everySeconds = 10;

export async function graphiteIn() {
  console.log(`Graphite in: ${points} points of ${series} series, in turn with carbon-cache`);
  const directory = mkdtempSync(join(tmpdir(), "yagura-bench-"));
  const rival = await startCarbon(directory);
  const found = {};
  try {
    found.rival = await drive(rival);
  } finally {
    await rival.stop();
  }
  found.rival.bytes = diskBytes(join(directory, "storage/whisper"));
  rmSync(directory, { recursive: true, force: true });
  const own = await startOwn();
  try {
    found.own = await drive(own);
    await own.settle();
    found.own.bytes = own.bytes();
  } finally {
    await own.stop();
  }
  tell(found);
}

/** Sends as fast as it is taken, and waits until the last point is answered. */
async function drive({ pid, port, stored }) {
  const lastS = Math.floor(Date.now() / 1000 / everySeconds) * everySeconds - everySeconds;
  const firstS = lastS - (rounds - 1) * everySeconds;
  const spent = processorSeconds(pid).own;
  const began = performance.now();
  const socket = connect(port, "127.0.0.1");
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  for (let round = 0; round < rounds; round += 1) {
    let text = "";
    const time = firstS + round * everySeconds;
    for (let number = 0; number < series; number += 1)
      text += `bench.rack${number % 20}.host${number % 100}.metric${number} ${(number * 7 + round) % 1000} ${time}\n`;
    if (!socket.write(text)) await new Promise((resolve) => socket.once("drain", resolve));
  }
  await new Promise((resolve) => socket.end(resolve));
  await stored(points, lastS);
  const seconds = (performance.now() - began) / 1000;
  return { rate: points / seconds, cost: processorSeconds(pid).own - spent };
}

function tell({ own, rival }) {
  report("stored and there to ask for, ours", `${Math.round(own.rate)}/s`);
  report("the same of carbon-cache", `${Math.round(rival.rate)}/s`);
  report("ours against carbon's", ratio(own.rate / rival.rate), {
    target: ">= 3",
    met: own.rate / rival.rate >= 3,
  });
  report(
    "points for a second of processor, ours and carbon's",
    `${Math.round(points / own.cost)} and ${Math.round(points / rival.cost)}`,
  );
  const each = (bytes) => bytes / points;
  report(
    "bytes on disk for a point, ours and carbon's",
    `${each(own.bytes).toFixed(2)} and ${each(rival.bytes).toFixed(2)}`,
    {
      target: "less",
      met: own.bytes < rival.bytes,
    },
  );
}

async function startOwn() {
  const port = await freePort();
  const store = "store: { history: { flush_every: 1s } }";
  const agent = await startAgent({
    config: `inputs: { collectors: { enabled: false }, graphite: { listen: "tcp://127.0.0.1:${port}" } }\npipeline: { max_series: 10000 }\n${store}\n`,
  });
  return {
    pid: agent.pid,
    port,
    /** All came in, and the last point of the last series is answered. */
    async stored(count, lastS) {
      const last = series - 1;
      const key = `bench.rack${last % 20}.host${last % 100}.metric${last}`;
      for (;;) {
        const { inputs } = await ask(agent.port, "/inputs");
        if (inputs[0].metrics >= count) {
          const { points: found } = await ask(
            agent.port,
            `/history?series=${key}&from=${lastS}&to=${lastS + 10}`,
          );
          if (found.length === 1) return;
        }
        await pause(10);
      }
    },
    settle: () => pause(3000),
    bytes: () => diskBytes(join(agent.home, "store/history")),
    stop: () => agent.stop(),
  };
}

/** Without its limits on updates and creations, which are there to spare disks. */
async function startCarbon(directory) {
  const port = await freePort();
  const queryPort = await freePort();
  const conf = join(directory, "conf");
  const storage = join(directory, "storage");
  for (const path of [conf, join(storage, "whisper"), join(storage, "log")])
    mkdirSync(path, { recursive: true });
  writeFileSync(
    join(conf, "carbon.conf"),
    `[cache]
STORAGE_DIR = ${storage}/
CONF_DIR = ${conf}/
LOG_DIR = ${storage}/log/
PID_DIR = ${storage}/
LOCAL_DATA_DIR = ${storage}/whisper/
LINE_RECEIVER_INTERFACE = 127.0.0.1
LINE_RECEIVER_PORT = ${port}
PICKLE_RECEIVER_PORT = 0
CACHE_QUERY_INTERFACE = 127.0.0.1
CACHE_QUERY_PORT = ${queryPort}
MAX_CACHE_SIZE = inf
MAX_UPDATES_PER_SECOND = inf
MAX_CREATES_PER_MINUTE = inf
ENABLE_TAGS = False
LOG_UPDATES = False
LOG_CREATES = False
USE_FLOW_CONTROL = True
`,
  );
  writeFileSync(join(conf, "storage-schemas.conf"), "[all]\npattern = .*\nretentions = 10s:1d\n");
  const child = spawn("carbon-cache", [`--config=${join(conf, "carbon.conf")}`, "--nodaemon", "start"], {
    stdio: ["ignore", "ignore", "ignore"],
    env: { ...process.env, GRAPHITE_ROOT: directory },
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await untilOpen(port);
  const last = series - 1;
  const path = join(storage, `whisper/bench/rack${last % 20}/host${last % 100}/metric${last}.wsp`);
  return {
    pid: child.pid,
    port,
    /** Written to the last file: what it holds in memory can be asked for only through its cache. */
    stored: (_count, lastS) => untilWhisperHas(path, lastS),
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function untilOpen(port) {
  for (let tries = 0; tries < 500; tries += 1) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (open) return;
    await pause(20);
  }
  throw new Error("carbon-cache does not listen");
}

async function untilWhisperHas(path, lastS) {
  const { readFileSync } = await import("node:fs");
  for (let tries = 0; tries < 60_000; tries += 1) {
    try {
      if (whisperHas(readFileSync(path), lastS)) return;
    } catch {
      // Not created yet.
    }
    await pause(10);
  }
  throw new Error("carbon-cache did not write the last point");
}

/** Points of whisper are a 32-bit time and a double, behind a head of 16 bytes and 12 for each archive. */
function whisperHas(file, lastS) {
  for (let at = 28; at + 12 <= file.length; at += 12) if (file.readUInt32BE(at) === lastS) return true;
  return false;
}
