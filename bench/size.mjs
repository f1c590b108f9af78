// Memory after the start and after load, and the time from the start to the first answer.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pause, startAgent } from "./agent-process.mjs";
import { requestRate } from "./load.mjs";
import { report } from "./report.mjs";

const check = { path: "/monitor", body: { plugin_name: "check_dummy", plugin_option: "0" } };
const mebibytes = ({ resident, anonymous }) => `${resident.toFixed(1)} MiB (${anonymous.toFixed(1)} private)`;

export async function size() {
  console.log("size and start");
  const home = mkdtempSync(join(tmpdir(), "yagura-bench-"));
  try {
    const first = await startAgent({ home });
    report(
      "very first start, certificate made, to the first answer",
      `${Math.round(first.firstAnswerMs)} ms`,
      {
        target: "<= 1000 ms",
        met: first.firstAnswerMs <= 1000,
      },
    );
    await first.stop();
    const agent = await startAgent({ home });
    report("start to the first answer", `${Math.round(agent.firstAnswerMs)} ms`, {
      target: "<= 1000 ms",
      met: agent.firstAnswerMs <= 1000,
    });
    await pause(2500);
    const idle = agent.memory();
    report("resident after the start", mebibytes(idle), { target: "<= 60 MiB", met: idle.resident <= 60 });
    await requestRate({ ...check, port: agent.port, seconds: 10 });
    await requestRate({ port: agent.port, path: "/", seconds: 10 });
    await pause(8000);
    const settled = agent.memory();
    report("resident after load, settled", mebibytes(settled), {
      target: "<= 80 MiB",
      met: settled.resident <= 80,
    });
    await agent.stop();
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
