// What measuring costs: the agent with all host collectors on a ten-second beat, and nobody asking.
import { pause, startAgent } from "./agent-process.mjs";
import { processorSeconds } from "./process-cost.mjs";
import { report } from "./report.mjs";

const settleMs = 30_000;
const watchedMs = 120_000;

export async function idle() {
  console.log(`all host collectors, nobody asks: ${watchedMs / 1000} s after ${settleMs / 1000} s`);
  const measuring = await startAgent();
  const resting = await startAgent({ config: "inputs: { collectors: { enabled: false } }\n" });
  try {
    await pause(settleMs);
    const before = [measuring, resting].map(({ pid }) => processorSeconds(pid).own);
    await pause(watchedMs);
    const [share, base] = [measuring, resting].map(
      ({ pid }, place) => ((processorSeconds(pid).own - before[place]) / (watchedMs / 1000)) * 100,
    );
    report("processor", `${share.toFixed(2)} %`, { target: "<= 0.5 %", met: share <= 0.5 });
    report("  of it without collectors", `${base.toFixed(2)} %`);
    const { resident, anonymous } = measuring.memory();
    report("resident", `${resident.toFixed(1)} MiB (${anonymous.toFixed(1)} private)`, {
      target: "<= 70 MiB",
      met: resident <= 70,
    });
    report("  without collectors", `${resting.memory().resident.toFixed(1)} MiB`);
  } finally {
    await Promise.all([measuring.stop(), resting.stop()]);
  }
}
