// An hour of a real host's metrics in the history: bytes for each point, and a day of one series asked for.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { flags } from "./agent-process.mjs";
import { bundle } from "./bundle.mjs";
import { bytesIn } from "./journal.mjs";
import { median } from "./load.mjs";
import { report } from "./report.mjs";

const worker = fileURLToPath(new URL("history-worker.mjs", import.meta.url));
const recording = fileURLToPath(new URL("recordings/host-hour.json.gz", import.meta.url));

/** So many days of that hour as well: `HISTORY_DAYS=30 npm run bench -- history`, a quarter of an hour. */
const days = Number(process.env.HISTORY_DAYS ?? 0);

export async function history() {
  console.log("history: every collector's numbers of one hour of a working host, each on its own beat");
  const part = await bundle("src/store/history/index.ts");
  const home = mkdtempSync(join(tmpdir(), "yagura-history-"));
  const measure = (what) => {
    const args = [...flags, worker, what, part, join(home, what), recording];
    return JSON.parse(execFileSync(process.execPath, args, { maxBuffer: 1 << 24 }));
  };
  try {
    const one = measure("hour");
    if (one.refused > 0) throw new Error(`${one.refused} points were refused`);
    const each = bytesIn(join(home, "hour")) / one.points;
    report(`${one.points} points on disk, an hour of them`, `${each.toFixed(2)} bytes each`, {
      target: "<= 2",
      met: each <= 2,
    });
    const { times, figures, refused, residentMiB } = measure("day");
    if (refused > 0) throw new Error(`${refused} points were refused`);
    const ms = median(times.map((query) => query.ms));
    const slowest = Math.max(...times.map((query) => query.ms));
    const points = median(times.map((query) => query.points));
    report(
      `one day of one series, ${points} points`,
      `${ms.toFixed(2)} ms, slowest ${slowest.toFixed(2)} ms`,
      {
        target: "<= 5 ms",
        met: ms <= 5,
      },
    );
    const dayBytes = bytesIn(join(home, "day"));
    report("that hour 24 times over, on disk", `${(dayBytes / 24 / one.points).toFixed(2)} bytes each`);
    if (days > 0) {
      const { points: taken, refused: lost } = measure("days");
      if (lost > 0) throw new Error(`${lost} points were refused`);
      const all = bytesIn(join(home, "days")) / taken;
      report(`${taken} points of ${days} days, in all resolutions`, `${all.toFixed(2)} bytes each`, {
        target: "<= 2",
        met: all <= 2,
      });
    }
    report(`resident with ${figures.series} series`, `${residentMiB.toFixed(1)} MiB`);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
