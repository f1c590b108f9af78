// A million metrics through the journal, beside the embedded database and beside the bare disk.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { flags } from "./agent-process.mjs";
import { bundle } from "./bundle.mjs";
import { median } from "./load.mjs";
import { perSecond, ratio, report } from "./report.mjs";

const rounds = 3;
const metrics = 1_000_000;
const worker = fileURLToPath(new URL("journal-worker.mjs", import.meta.url));

export async function journal() {
  console.log("a million metrics: 200 series, 5000 batches, 50 waiting for the disk together");
  const part = await bundle("src/store/journal/index.ts");
  const measure = (what, directory) =>
    JSON.parse(
      execFileSync(process.execPath, [...flags, worker, what, part, directory], { maxBuffer: 1 << 20 }),
    );
  const found = Array.from({ length: rounds }, () => round(measure));
  const middle = (pick) => median(found.map(pick));
  const write = middle(({ write: one }) => one.perSecond);
  const read = middle(({ read: one }) => one.perSecond);
  report("written, each batch acknowledged", perSecond(write), {
    target: ">= 200000/s",
    met: write >= 200_000,
  });
  report(
    "  of what the bare disk takes in as many commits",
    ratio(write / middle(({ disk }) => disk.perSecond)),
  );
  report("  against classic-level", ratio(write / middle(({ levelWrite }) => levelWrite.perSecond)));
  report("read back", perSecond(read), { target: ">= 500000/s", met: read >= 500_000 });
  report("  against classic-level", ratio(read / middle(({ levelRead }) => levelRead.perSecond)));
  const bytes = middle(({ write: one }) => one.bytes) / metrics;
  report("on disk", `${bytes.toFixed(2)} bytes each`, { target: "<= 10", met: bytes <= 10 });
  report("  classic-level", `${(middle(({ levelBytes }) => levelBytes) / metrics).toFixed(2)} bytes each`);
  const resident = middle(({ full }) => full.residentMiB);
  const reading = middle(({ read: one }) => one.residentMiB);
  report("resident, opened", `${resident.toFixed(1)} MiB`, { target: "<= 100 MiB", met: resident <= 100 });
  report("resident, after reading all", `${reading.toFixed(1)} MiB`, {
    target: "<= 100 MiB",
    met: reading <= 100,
  });
  const [full, empty] = [middle(({ full: one }) => one.ms), middle(({ empty: one }) => one.ms)];
  report("opening it full and empty", `${full.toFixed(1)} ms and ${empty.toFixed(1)} ms`, {
    target: "<= 20 ms apart",
    met: full - empty <= 20,
  });
}

function round(measure) {
  const own = mkdtempSync(join(tmpdir(), "yagura-journal-"));
  try {
    const at = (name) => join(own, name);
    const write = measure("journalWrite", at("journal"));
    const levelWrite = measure("levelWrite", at("level"));
    const disk = measure("diskWrite", own);
    const read = measure("journalRead", at("journal"));
    const levelRead = measure("levelRead", at("level"));
    const full = measure("journalOpen", at("journal"));
    const empty = measure("journalOpen", at("empty"));
    return { write, levelWrite, disk, read, levelRead, full, empty, levelBytes: bytesIn(at("level")) };
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

export function bytesIn(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
