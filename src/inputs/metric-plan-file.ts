// The file of the metric programs: read anew at every collection, replaced whole.
import { open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { AgentError, reasonOf, systemCode } from "../kernel/errors.ts";
import { type MetricPlan, parseMetricPlan, writeMetricPlan } from "./metric-plan.ts";

const limitBytes = 8 * 1024 * 1024;

/** Undefined when there is no file. Throws `host.file` when it cannot be read or is no YAML. */
export async function readMetricPlan(path: string): Promise<MetricPlan | undefined> {
  try {
    const { size } = await stat(path);
    if (size > limitBytes) throw new Error(`it is larger than ${limitBytes} bytes`);
    return parseMetricPlan(await readFile(path, "utf8"));
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return undefined;
    throw new AgentError("host.file", { path, reason: reasonOf(thrown), cause: thrown });
  }
}

/**
 * Resolves when the new plan is on disk; readers see the old one or the new one. The file keeps its mode (0644 when it is
 * new), and a symbolic link stays one. Throws `host.file`.
 */
export async function replaceMetricPlan(path: string, plan: MetricPlan): Promise<void> {
  let temporary: string | undefined;
  try {
    const target = await realpath(path).catch(() => path);
    temporary = `${target}.new-${process.pid}`;
    const mode = await stat(target).then(
      (stats) => stats.mode & 0o777,
      () => 0o644,
    );
    await writeDurably(temporary, writeMetricPlan(plan), mode);
    await rename(temporary, target);
    await syncDirectory(dirname(target));
  } catch (thrown) {
    if (temporary !== undefined) await rm(temporary, { force: true }).catch(() => {});
    throw new AgentError("file.unwritable", { path, reason: reasonOf(thrown), cause: thrown });
  }
}

async function writeDurably(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, "w", mode);
  try {
    await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
