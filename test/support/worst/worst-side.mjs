// Another process beside the attack: asks GET / and POST /monitor in turn, without end, and says how long it waited at worst.
import { existsSync, readFileSync } from "node:fs";
import { Agent, request } from "node:https";

const [port, pid, token] = process.argv.slice(2);
const asked = { plain: fresh(), monitor: fresh() };
let peakMiB = 0;

function fresh() {
  return { worstMs: 0, times: [], failed: 0, beganMs: undefined };
}

/** Nothing, once it has ended. */
function memoryMiB() {
  const file = `/proc/${pid}/status`;
  const status = existsSync(file) ? readFileSync(file, "latin1") : "";
  return Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}

function ask(options, body) {
  return new Promise((resolve) => {
    const sent = request({ host: "127.0.0.1", port, rejectUnauthorized: false, ...options }, (answer) => {
      answer.resume();
      answer.once("end", () => resolve(answer.statusCode === 200));
      answer.once("error", () => resolve(false));
    });
    sent.once("error", () => resolve(false));
    sent.end(body);
  });
}

async function loop(name, options, { body, pauseMs }) {
  const agent = new Agent({ keepAlive: true });
  for (;;) {
    const beganMs = performance.now();
    asked[name].beganMs = beganMs;
    const isGood = await ask({ ...options, agent }, body);
    const now = asked[name];
    const tookMs = performance.now() - beganMs;
    now.beganMs = undefined;
    now.times.push(tookMs);
    now.worstMs = Math.max(now.worstMs, tookMs);
    if (!isGood) now.failed += 1;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function taken() {
  const nowMs = performance.now();
  const figures = Object.entries(asked).map(([name, { worstMs, times, failed, beganMs }]) => {
    // A question that nobody has answered yet has waited too.
    const waitingMs = beganMs === undefined ? 0 : nowMs - beganMs;
    const sorted = [...times, waitingMs].sort((one, other) => one - other);
    asked[name] = { ...fresh(), beganMs };
    return [
      name,
      {
        worstMs: Math.max(worstMs, waitingMs),
        middleMs: sorted[Math.floor(sorted.length / 2)],
        count: times.length,
        failed,
      },
    ];
  });
  const memory = { peakMiB: Math.max(peakMiB, memoryMiB()), nowMiB: memoryMiB() };
  peakMiB = 0;
  return { ...Object.fromEntries(figures), ...memory };
}

process.on("message", () => process.send(taken()));
process.on("disconnect", () => process.exit(0));
setInterval(() => {
  peakMiB = Math.max(peakMiB, memoryMiB());
}, 10);
const headers = { authorization: `Bearer ${token}` };
void loop("plain", { path: "/" }, { pauseMs: 5 });
void loop(
  "monitor",
  { method: "POST", path: "/monitor", headers },
  { body: JSON.stringify({ plugin_name: "check_host_load", plugin_option: "-w 900 -c 900" }), pauseMs: 15 },
);
