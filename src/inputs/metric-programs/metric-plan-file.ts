// The file of the metric programs: read anew at every collection, replaced whole.
import { readFile, realpath, stat } from "node:fs/promises";
import { AgentError, reasonOf, systemCode } from "../../kernel/errors.ts";
import { replaceFile } from "../../kernel/replace-file.ts";
import { type MetricPlan, parseMetricPlan, writeMetricPlan } from "./metric-plan.ts";

const limitBytes = 8 * 1024 * 1024;

/** Undefined when there is no file. Throws `host.file` when it cannot be read or is no YAML. */
export async function readMetricPlan(path: string): Promise<MetricPlan | undefined> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new Error("it is not a regular file");
    if (stats.size > limitBytes) throw new Error(`it is larger than ${limitBytes} bytes`);
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
  try {
    const target = await realpath(path).catch(() => path);
    const mode = await stat(target).then(
      (stats) => stats.mode & 0o777,
      () => 0o644,
    );
    await replaceFile(target, writeMetricPlan(plan), mode);
  } catch (thrown) {
    throw new AgentError("file.unwritable", { path, reason: reasonOf(thrown), cause: thrown });
  }
}
