// /render of a day of 100 series beside Debian's graphite-web: the same points in both, the same requests in turn.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, get as getHttp } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, pause, startAgent } from "./agent-process.mjs";
import { ask, askText } from "./ask.mjs";
import { median } from "./load.mjs";
import { ratio, report } from "./report.mjs";

const series = 100;
const everySeconds = 10;
const slots = 8600;
const rounds = 5;

const requests = [
  {
    what: "a day of 100 series as JSON",
    query: "target=bench.host*.cpu&from=-86000s&format=json",
    counts: true,
  },
  {
    what: "the same, 800 points each",
    query: "target=bench.host*.cpu&from=-86000s&format=json&maxDataPoints=800",
  },
  {
    what: "their sum, moved and scaled",
    query: "target=movingAverage(scale(sumSeries(bench.host*.cpu),2),10)&from=-86000s&format=json",
  },
];

export async function render() {
  console.log(`/render, ${rounds} in turn with graphite-web, ${series} series of ${slots} points`);
  const directory = mkdtempSync(join(tmpdir(), "yagura-bench-"));
  const endS = Math.floor(Date.now() / 1000 / everySeconds) * everySeconds;
  const own = await startOwn();
  let rival;
  try {
    await fill(own, endS);
    rival = await startGraphiteWeb(directory, endS);
    for (const request of requests) await compare(request, { own, rival });
  } finally {
    await rival?.stop();
    await own.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function compare({ what, query, counts }, targets) {
  const times = { own: [], rival: [] };
  const found = {};
  for (let round = 0; round <= rounds; round += 1)
    for (const name of ["rival", "own"]) {
      const began = performance.now();
      const text = await targets[name].render(query);
      // The first round is for getting to know the code.
      if (round > 0) times[name].push(performance.now() - began);
      found[name] = text.length;
    }
  const [own, rival] = [median(times.own), median(times.rival)];
  report(`${what}: ours and graphite-web's`, `${own.toFixed(0)} ms and ${rival.toFixed(0)} ms`);
  report("  answers, ours and its", `${found.own} and ${found.rival} bytes`);
  report(
    "  ours as many times faster",
    ratio(rival / own),
    counts ? { target: ">= 3", met: rival / own >= 3 } : {},
  );
}

const valueAt = (number, slot) =>
  Math.round(Math.sin(slot / 200 + number) * 50 * 100 + 5000 + ((slot * 7919 + number) % 100)) / 100;

async function startOwn() {
  const port = await freePort();
  const agent = await startAgent({
    config: `inputs: { collectors: { enabled: false }, graphite: { listen: "tcp://127.0.0.1:${port}" } }\n`,
  });
  const pool = new TlsAgent({ keepAlive: true });
  return {
    port,
    api: agent.port,
    async render(query) {
      const { status, text } = await askText(agent.port, `/render?${query}`, { agent: pool });
      if (status !== 200) throw new Error(text);
      return text;
    },
    async stop() {
      pool.destroy();
      await agent.stop();
    },
  };
}

/** As senders would have sent it during the day. */
async function fill({ port, api }, endS) {
  const socket = connect(port, "127.0.0.1");
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  for (let slot = 0; slot < slots; slot += 1) {
    let text = "";
    for (let number = 0; number < series; number += 1)
      text += `bench.host${number}.cpu ${valueAt(number, slot)} ${endS - (slots - slot) * everySeconds}\n`;
    if (!socket.write(text)) await new Promise((resolve) => socket.once("drain", resolve));
  }
  await new Promise((resolve) => socket.end(resolve));
  for (let seen = 0; seen < series * slots; await pause(50)) {
    const { inputs } = await ask(api, "/inputs");
    seen = inputs[0].metrics;
  }
}

async function startGraphiteWeb(directory, endS) {
  const port = await freePort();
  const whisper = join(directory, "whisper");
  for (const path of [whisper, join(directory, "log")]) mkdirSync(path, { recursive: true });
  writeFileSync(
    join(directory, "bench_settings.py"),
    `from graphite.settings import *
SECRET_KEY = "bench"
STORAGE_DIR = ${JSON.stringify(directory)}
WHISPER_DIR = ${JSON.stringify(whisper)}
STANDARD_DIRS = [WHISPER_DIR]
LOG_DIR = ${JSON.stringify(join(directory, "log"))}
LOG_RENDERING_PERFORMANCE = LOG_CACHE_PERFORMANCE = LOG_METRIC_ACCESS = False
CARBONLINK_HOSTS = []
CLUSTER_SERVERS = []
TIME_ZONE = "UTC"
DEFAULT_CACHE_DURATION = 0
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ${JSON.stringify(join(directory, "graphite.db"))}}}
TAGDB = "graphite.tags.base.DummyTagDB"
ALLOWED_HOSTS = ["*"]
`,
  );
  const write = `
import math, os, whisper
slots, every, end = ${slots}, ${everySeconds}, ${endS}
js_round = lambda x: math.floor(x + 0.5)
for number in range(${series}):
    path = os.path.join(${JSON.stringify(whisper)}, "bench", "host%d" % number, "cpu.wsp")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    whisper.create(path, [(every, 8640)])
    value = lambda s: js_round(math.sin(s / 200 + number) * 50 * 100 + 5000 + ((s * 7919 + number) % 100)) / 100
    whisper.update_many(path, [(end - (slots - s) * every, value(s)) for s in range(slots)])
`;
  const serve = `
import os, sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, WSGIRequestHandler, make_server
os.environ["DJANGO_SETTINGS_MODULE"] = "bench_settings"
import django
django.setup()
from django.core.wsgi import get_wsgi_application
class Server(ThreadingMixIn, WSGIServer): daemon_threads = True
class Quiet(WSGIRequestHandler):
    def log_message(self, *a): pass
make_server("127.0.0.1", ${port}, get_wsgi_application(), Server, Quiet).serve_forever()
`;
  const env = { ...process.env, PYTHONPATH: directory, GRAPHITE_ROOT: directory };
  execFileSync("/usr/bin/python3", ["-c", write], { env, stdio: ["ignore", "ignore", "inherit"] });
  const child = spawn("/usr/bin/python3", ["-c", serve], { env, stdio: ["ignore", "ignore", "ignore"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const pool = new Agent({ keepAlive: true });
  const one = (query) =>
    new Promise((resolve, reject) => {
      getHttp({ host: "127.0.0.1", port, path: `/render?${query}`, agent: pool }, (answer) => {
        const chunks = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          if (answer.statusCode === 200) resolve(text);
          else reject(new Error(`graphite-web: ${answer.statusCode}`));
        });
      }).once("error", reject);
    });
  for (let tries = 0; ; tries += 1) {
    try {
      await one("target=bench.host0.cpu&from=-1h&format=json");
      break;
    } catch (thrown) {
      if (tries > 200) throw thrown;
      await pause(100);
    }
  }
  return {
    render: one,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
