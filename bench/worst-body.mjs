// The worst that every route and listener can be sent: how long others wait meanwhile, and what memory it takes.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startWorstAgent } from "../test/support/worst/worst-agent.mjs";
import { isBad, limits, worstBodies } from "../test/support/worst/worst-body.mjs";
import { flags, main } from "./agent-process.mjs";
import { report } from "./report.mjs";

const plugins = fileURLToPath(new URL("../plugins", import.meta.url));
const groupMiB = 300;

/** Rows to look at alone: `WORST_BODY='POST /render' npm run bench -- worst-body`. */
const filter = new RegExp(process.env.WORST_BODY ?? ".");

export async function worstBody() {
  const group = controlGroup();
  const where =
    group === undefined ? "no control group can be made here" : `within ${groupMiB} MiB (${group.kind})`;
  console.log(`the worst for every route and listener, one row at a time, ${where}`);
  const home = mkdtempSync(join(tmpdir(), "yagura-worst-"));
  const within =
    group === undefined ? [] : ["sh", "-c", `echo $$ > ${group.path}/cgroup.procs; exec "$@"`, "sh"];
  const agent = await startWorstAgent({ home, main, plugins, flags, within });
  try {
    const { rest, rows } = await worstBodies(agent, { size: 1, forMs: 300, filter, onRow: print });
    const bad = rows.filter((row) => isBad(row, rest));
    const target = `${limits.moreMs} ms more than at rest, ${limits.moreMiB} MiB more`;
    report("rows beyond the targets", `${bad.length} of ${rows.length}`, { target, met: bad.length === 0 });
    if (group !== undefined) report("most memory of the group, with its programs", `${group.peakMiB()} MiB`);
  } finally {
    await agent.stop();
    rmSync(home, { recursive: true, force: true });
    group?.remove();
  }
}

function print(row, rest) {
  const { subjects, kind, plain, monitor, moreMiB, peakMiB } = row;
  const figures = [plain.worstMs, monitor.worstMs, moreMiB, peakMiB].map((value) =>
    String(Math.round(value)).padStart(6),
  );
  const verdict = isBad(row, rest) ? "  MISSED" : "";
  const atRest = [rest.plain, rest.monitor].map(({ worstMs }) => Math.round(worstMs)).join("/");
  console.log(
    `  ${subjects[0].padEnd(36)} ${kind.slice(0, 32).padEnd(32)} GET /${figures[0]} ms  check${figures[1]} ms  at rest ${atRest}  ${figures[2]} MiB more, at most${figures[3]}${verdict}`,
  );
}

/** Version 2 where it has the memory's controller, or version 1; undefined where neither lets one be made. */
function controlGroup() {
  const places = [
    { kind: "version 2", root: "/sys/fs/cgroup", limit: "memory.max", peak: "memory.peak" },
    {
      kind: "version 1",
      root: "/sys/fs/cgroup/memory",
      limit: "memory.limit_in_bytes",
      peak: "memory.max_usage_in_bytes",
    },
  ];
  for (const { kind, root, limit, peak } of places) {
    const path = join(root, `yagura-worst-${process.pid}`);
    try {
      mkdirSync(path);
      if (!existsSync(join(path, limit))) throw new Error("no controller of memory");
      writeFileSync(join(path, limit), String(groupMiB * 1024 * 1024));
      const peakMiB = () => Math.round(Number(readFileSync(join(path, peak), "utf8")) / 1024 / 1024);
      return { kind, path, peakMiB, remove: () => rmdirSync(path) };
    } catch {
      rmSync(path, { recursive: true, force: true });
    }
  }
  return undefined;
}
