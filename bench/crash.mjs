// Hundreds of times: load, kill -9 at a random moment, start again. Nothing acknowledged or seen may be lost.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { crashRounds } from "../test/support/crash-rounds.mjs";
import { crashFiles, startReceiver, wholeCrash } from "../test/support/whole-crash.mjs";
import { flags, freePort, main } from "./agent-process.mjs";
import { report } from "./report.mjs";

const rounds = Number(process.env.CRASH_ROUNDS ?? 200);
const wholeRounds = Number(process.env.CRASH_ROUNDS ?? 300);

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

/** The journal, the history, events, notifications, states, downtimes, groups and cursors together. */
export async function crashOfAll() {
  console.log(`${wholeRounds} rounds of kill -9 with everything that is kept`);
  const home = mkdtempSync(join(tmpdir(), "yagura-crash-"));
  const receiver = await startReceiver();
  try {
    const files = crashFiles({ home, listen: `127.0.0.1:${await freePort()}`, webhook: receiver.url });
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(home, name)), { recursive: true });
      writeFileSync(join(home, name), text);
    }
    const start = (directory) => [...flags, main, "daemon", "--home", directory];
    const { counts, faults } = await wholeCrash({ rounds: wholeRounds, home, start, receiver });
    for (const [what, count] of Object.entries(counts)) report(`  ${what}`, String(count));
    report("lost, changed, or out of order", String(faults.length), {
      target: "0",
      met: faults.length === 0,
    });
    for (const fault of faults.slice(0, 20)) console.log(`    ${fault}`);
  } finally {
    receiver.stop();
    rmSync(home, { recursive: true, force: true });
  }
}
