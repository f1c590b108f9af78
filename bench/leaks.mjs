// What stays behind: each kind of operation, many times over, and the heap and the descriptors that are left of it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  collectorGroups,
  dockerGroup,
  handlerGroups,
  outputGroups,
} from "../test/support/leaks/delivery-rows.mjs";
import { startInspectedAgent } from "../test/support/leaks/inspected-agent.mjs";
import { isBad, limits, measureRow } from "../test/support/leaks/measure-row.mjs";
import { requestRows, wrongTokenRows } from "../test/support/leaks/request-rows.mjs";
import { flags, main } from "./agent-process.mjs";
import { report } from "./report.mjs";

/** Rows to look at alone: `LEAKS='output' npm run bench -- leaks`; fewer of each: `LEAKS_REPEAT=1000`. */
const filter = new RegExp(process.env.LEAKS ?? ".");
const repeat = Number(process.env.LEAKS_REPEAT ?? 10_000);

export async function leaks() {
  console.log(`what is left of each of ${repeat} operations; slow ones are fewer`);
  const found = [];
  const scratch = mkdtempSync(join(tmpdir(), "yagura-leaks-"));
  const groups = [
    requestRows,
    wrongTokenRows,
    () => dockerGroup(scratch),
    ...outputGroups(),
    ...handlerGroups(),
    ...collectorGroups(),
  ];
  try {
    for (const open of groups) found.push(...(await rowsOf(open)));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const bad = found.filter((one) => isBad(one));
  const target = `${limits.bytes} bytes each, no descriptor`;
  report("rows beyond the target", `${bad.length} of ${found.length}`, { target, met: bad.length === 0 });
}

async function rowsOf(open) {
  const { agent: plan, rows } = await open();
  const wanted = rows.filter(({ kind }) => filter.test(kind));
  const found = [];
  try {
    if (wanted.length === 0) return found;
    const home = mkdtempSync(join(tmpdir(), "yagura-leaks-"));
    const config = JSON.parse(JSON.stringify(plan.config ?? {}).replaceAll("{home}", home));
    const agent = await startInspectedAgent({ home, main, flags, ...plan, config });
    try {
      for (const row of wanted) found.push(await measured(agent, row));
    } finally {
      await agent.stop();
      rmSync(home, { recursive: true, force: true });
    }
  } finally {
    plan.stop?.();
  }
  return found;
}

/** A row that cannot be measured is one beyond the target. */
async function measured(agent, row) {
  try {
    const one = await measureRow(agent, row, { repeat });
    print(row.kind, one);
    return one;
  } catch (thrown) {
    console.log(`  ${row.kind.padEnd(48)} ${thrown.message}  MISSED`);
    return { bytes: Number.POSITIVE_INFINITY, descriptors: 0 };
  }
}

function print(kind, one) {
  const { times, bytes, firstBytes, descriptors } = one;
  const figures = [firstBytes, bytes].map((value) => String(Math.round(value)).padStart(7));
  const verdict = isBad(one) ? "  MISSED" : "";
  console.log(
    `  ${kind.padEnd(48)} ${String(times).padStart(6)} times  first ${figures[0]}  last ${figures[1]} bytes each  ${descriptors} descriptors${verdict}`,
  );
}
