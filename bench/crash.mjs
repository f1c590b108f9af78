// Two hundred times: load, kill -9 at a random moment, start again. Nothing acknowledged may be lost.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crashRounds } from "../test/support/crash-rounds.mjs";
import { flags, freePort, main } from "./agent-process.mjs";
import { report } from "./report.mjs";

const rounds = 200;

export async function crash() {
  console.log(`${rounds} rounds of kill -9 under load`);
  const home = mkdtempSync(join(tmpdir(), "yagura-crash-"));
  try {
    writeFileSync(join(home, "yagura.yaml"), `api: { listen: "127.0.0.1:${await freePort()}" }\n`);
    const start = (directory) => [...flags, main, "daemon", "--home", directory];
    const { acknowledged, received, doubled, lost, again } = await crashRounds({ rounds, home, start });
    report("acknowledged metrics", String(acknowledged));
    report("  lost", String(lost.length), { target: "0", met: lost.length === 0 });
    report("  given again after a confirmed receipt", String(again.length), {
      target: "0",
      met: again.length === 0,
    });
    report("  given twice for want of a receipt", String(doubled));
    report("received, with those whose answer the crash cut off", String(received));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
