// What judging costs: 2,000 rule checks every ten seconds; and 500 program checks a minute, whether they start on time.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pause, startAgent } from "./agent-process.mjs";
import { processorSeconds } from "./process-cost.mjs";
import { report } from "./report.mjs";

const ruleCount = 2000;
const programCount = 500;
const settleMs = 20_000;
const watchedMs = 60_000;
const minutes = 3;

/** A home with so many checks in `objects.d`. */
function homeWith(count, text) {
  const home = mkdtempSync(join(tmpdir(), "yagura-bench-"));
  mkdirSync(join(home, "objects.d"));
  for (let number = 0; number < count; number += 1)
    writeFileSync(join(home, "objects.d", `c${number}.yml`), text(number, home));
  return home;
}

const rule = () => `check:
  interval: 10s
  ok_output: "'OK: cpu is great: %s%%' % (100-{collector.cpustats.cpuall.%idle})"
  critical_if: "{collector.cpustats.cpuall.%idle} < {configuration.thresholds.cpuidle.critical}"
  critical_output: "'Critical: cpu is too high: %s%%' % (100-{collector.cpustats.cpuall.%idle})"
  warning_if: "{collector.cpustats.cpuall.%idle} < {configuration.thresholds.cpuidle.warning}"
  warning_output: "'Warning: cpu is very high: %s%%' % (100-{collector.cpustats.cpuall.%idle})"
  thresholds: { cpuidle: { warning: -5, critical: -10 } }
`;

export async function checks() {
  await rules();
  await programs();
}

async function rules() {
  console.log(`${ruleCount} rule checks every 10 s, ${watchedMs / 1000} s after ${settleMs / 1000} s`);
  const homes = [homeWith(ruleCount, rule), homeWith(0, rule)];
  const agents = [];
  for (const home of homes) agents.push(await startAgent({ home }));
  try {
    await pause(settleMs);
    const before = agents.map(({ pid }) => processorSeconds(pid).own);
    await pause(watchedMs);
    const [all, base] = agents.map(
      ({ pid }, place) => ((processorSeconds(pid).own - before[place]) / (watchedMs / 1000)) * 100,
    );
    const share = all - base;
    report("processor for the checks", `${share.toFixed(2)} %`, { target: "<= 3 %", met: share <= 3 });
    report("  the same agent without them", `${base.toFixed(2)} %`);
    const [big, small] = agents.map((agent) => agent.memory().resident);
    report("memory for the checks", `${(big - small).toFixed(1)} MiB on ${small.toFixed(1)} MiB`);
  } finally {
    await Promise.all(agents.map((agent) => agent.stop()));
    for (const home of homes) rmSync(home, { recursive: true, force: true });
  }
}

/** Each writes down when it was started. */
async function programs() {
  console.log(
    `${programCount} program checks a minute for ${minutes} min: how late each starts on its own grid`,
  );
  const home = homeWith(
    programCount,
    (number, own) => `check:\n  interval: 60s\n  script: ${own}/now ${own}/starts/${number}\n`,
  );
  mkdirSync(join(home, "starts"));
  writeFileSync(join(home, "now"), '#!/bin/sh\ndate +%s%N >> "$1"\n');
  chmodSync(join(home, "now"), 0o755);
  const agent = await startAgent({ home });
  try {
    await pause((minutes + 1) * 60_000 + 15_000);
    const before = processorSeconds(agent.pid);
    report(
      "processor of the agent itself",
      `${((before.own / ((minutes + 1) * 60 + 15)) * 100).toFixed(2)} %`,
    );
  } finally {
    await agent.stop();
  }
  const late = [];
  const places = [];
  for (const name of readdirSync(join(home, "starts"))) {
    const starts = readFileSync(join(home, "starts", name), "utf8")
      .trim()
      .split("\n");
    // The first one comes soon after the agent's start; from the second on they are on the grid.
    const [second, ...others] = starts.slice(1).map((text) => Number(BigInt(text) / 1000n) / 1000);
    places.push(second % 60_000);
    for (const [place, at] of others.entries()) late.push(at - second - (place + 1) * 60_000);
  }
  rmSync(home, { recursive: true, force: true });
  const sorted = late.map(Math.abs).sort((one, other) => one - other);
  const p99 = sorted[Math.floor(sorted.length * 0.99)];
  report("p99 of being off the grid", `${p99.toFixed(1)} ms of ${late.length} starts`, {
    target: "<= 200 ms",
    met: p99 <= 200,
  });
  report("  worst", `${sorted.at(-1).toFixed(1)} ms`);
  const seconds = Array.from({ length: 60 }, () => 0);
  for (const place of places) seconds[Math.floor(place / 1000)] += 1;
  report(
    "  most in one second of the minute",
    `${Math.max(...seconds)} (even would be ${(programCount / 60).toFixed(1)})`,
  );
}
