// happo-agent's own acceptance run: checks and metrics at its pace, for five minutes, or 45 with `acceptance-long`.
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flags, freePort, main, pause, serviceEnvironment } from "./agent-process.mjs";
import { bytesIn } from "./journal.mjs";
import { peakMiB, processorSeconds } from "./process-cost.mjs";
import { report } from "./report.mjs";

const wholeMinutes = 45;
const wholeRequests = 10_000;
const databaseLimitKb = 250;

export const acceptance = () => run(5);
export const acceptanceLong = () => run(wholeMinutes);

async function run(minutes) {
  console.log(
    `acceptance run, ${minutes} minutes: a check every 0.27 s over a new connection, 201 metrics a minute`,
  );
  const home = mkdtempSync(join(tmpdir(), "yagura-acceptance-"));
  const port = await freePort();
  const agent = spawn(process.execPath, [...flags, main, ...argumentsFor(home, port)], {
    stdio: "inherit",
    env: serviceEnvironment,
  });
  try {
    await pause(3000);
    const memory = await load({ agent, port, minutes });
    await pause(1500);
    tell({ agent, home, minutes, memory });
  } finally {
    const gone = new Promise((resolve) => agent.once("exit", resolve));
    agent.kill("SIGTERM");
    await gone;
    rmSync(home, { recursive: true, force: true });
  }
}

/** The flags of the original, and its two programs written again. */
function argumentsFor(home, port) {
  const programs = join(home, "programs");
  mkdirSync(programs);
  const write = (name, text) => {
    writeFileSync(join(programs, name), text);
    chmodSync(join(programs, name), 0o755);
  };
  write(
    "monitor_test_plugin",
    '#!/bin/sh\necho "Output of monitor_test_plugin. exit status is $1"; exit $1\n',
  );
  write(
    "metrics_test_plugin",
    `#!/usr/bin/awk -f\nBEGIN { srand(); now = srand(); for (n = 1000; n <= 1200; n++) printf "%d.usr.local.bin._dot_.usr.local.bin.metrics_test_plugin\\t%d\\t%d\\n", n, n, now }\n`,
  );
  const plan = join(home, "metrics.yaml");
  writeFileSync(plan, "metrics:\n- hostname: localhost\n  plugins:\n  - plugin_name: metrics_test_plugin\n");
  const places = ["--home", home, "-P", String(port), "-M", plan, "-d", join(home, "db")];
  return ["daemon", ...places, "--nagios-plugin-paths", programs, "--sensu-plugin-paths", programs];
}

/** Resident memory in MiB at the end of each minute. Throws when a check is not answered as it should be. */
async function load({ agent, port, minutes }) {
  const total = Math.round((wholeRequests * minutes) / wholeMinutes);
  const everyMs = (minutes * 60_000) / total;
  const began = performance.now();
  const memory = [];
  for (let sent = 0; sent < total; sent += 1) {
    await pause(Math.max(0, began + sent * everyMs - performance.now()));
    const { return_value } = await check(port);
    if (return_value !== 0) throw new Error(`a check was answered with ${return_value}`);
    const minute = Math.floor((performance.now() - began) / 60_000);
    if (minute > memory.length) memory.push(residentMiB(agent.pid));
  }
  await pause(Math.max(0, began + minutes * 60_000 - performance.now()));
  memory.push(residentMiB(agent.pid));
  return memory;
}

function check(port) {
  const body = '{"apikey":"","plugin_name":"monitor_test_plugin","plugin_option":"0"}';
  return new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port,
      path: "/monitor",
      method: "POST",
      rejectUnauthorized: false,
      agent: false,
    };
    const asked = request(options, (answer) => {
      let text = "";
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve(JSON.parse(text)));
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

function residentMiB(pid) {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}

function tell({ agent, home, minutes, memory }) {
  const { own, programs } = processorSeconds(agent.pid);
  const share = (seconds) => (seconds / (minutes * 60)) * 100;
  report("processor, without the programs' own", `${share(own).toFixed(2)} %`, {
    target: "<= 4 %",
    met: share(own) <= 4,
  });
  report("processor of the programs", `${share(programs).toFixed(2)} %`);
  const kilobytes = bytesIn(join(home, "db")) / 1024;
  const limit = (databaseLimitKb * minutes) / wholeMinutes;
  const whole = minutes === wholeMinutes;
  report(whole ? "database" : `database, of ${limit.toFixed(0)} KB by now`, `${kilobytes.toFixed(0)} KB`, {
    target: whole ? "<= 250 KB" : "<= 250 KB in 45 minutes",
    met: kilobytes <= (whole ? databaseLimitKb : limit),
  });
  for (const name of ["journal", "history"])
    report(`  ${name}`, `${(bytesIn(join(home, "db", name)) / 1024).toFixed(0)} KB`);
  const last = memory.at(-1);
  report("resident at the end", `${last.toFixed(1)} MiB`, { target: "<= 64 MiB", met: last <= 64 });
  report("  highest; the original's own gate was 50 MiB", `${peakMiB(agent.pid).toFixed(1)} MiB`);
  if (minutes <= 10) return;
  const tenth = memory[9];
  report("growth after the first 10 minutes", `${(last - tenth).toFixed(1)} MiB`, {
    target: "none (<= 1 MiB)",
    met: last - tenth <= 1,
  });
}
