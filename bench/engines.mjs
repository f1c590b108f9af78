// The two engines that start programs, in a small agent and in one with 300 MB of ballast (decision 0004).
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startAgent } from "./agent-process.mjs";
import { requestRate } from "./load.mjs";
import { perSecond, report } from "./report.mjs";

const check = { path: "/monitor", body: { plugin_name: "check_dummy", plugin_option: "0" } };
const ballast = ["--import", fileURLToPath(new URL("ballast.mjs", import.meta.url))];
/** The kernel counts processor time in hundredths of a second. */
const tickMs = 10;

export async function engines() {
  console.log("engines, /monitor with check_dummy, 8 kept-alive connections");
  for (const engine of ["posix_spawn", "node"]) {
    for (const nodeOptions of [[], ballast]) {
      const agent = await startAgent({ nodeOptions, config: `programs: { engine: ${engine} }\n` });
      try {
        await requestRate({ ...check, port: agent.port, seconds: 1 });
        const before = processorMs(agent.pid);
        const seconds = 5;
        const { rate, p50Ms } = await requestRate({ ...check, port: agent.port, seconds });
        const each = (processorMs(agent.pid) - before) / (rate * seconds);
        const what = `${engine}${nodeOptions.length > 0 ? " with 300 MB of ballast" : ""}`;
        report(
          what,
          `${perSecond(rate)}   p50 ${p50Ms.toFixed(1)} ms   ${each.toFixed(2)} ms of the agent's CPU each`,
        );
      } finally {
        await agent.stop();
      }
    }
  }
}

/** User and system time of the process itself; its children's is apart. */
function processorMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}
