// The file of the metric programs: read anew at every collection, replaced whole.
import { realpath, stat } from "node:fs/promises";
import { AgentError, reasonOf, systemCode } from "../../kernel/errors.ts";
import { replaceFile } from "../../kernel/replace-file.ts";
import { readTrustedLater, targetTrusted } from "../../kernel/trusted-file.ts";
import { type MetricPlan, parseMetricPlan, writeMetricPlan } from "./metric-plan.ts";

/** Thousands of programs. It is read at every collection, and nothing else happens meanwhile. */
const limitBytes = 1024 * 1024;

/** Undefined when there is no file. Throws `host.file` when it cannot be read or is no YAML. */
export async function readMetricPlan(path: string): Promise<MetricPlan | undefined> {
  try {
    return parseMetricPlan((await readTrustedLater(path, { limitBytes })).toString("utf8"));
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
    const distrust = targetTrusted(path);
    if (distrust !== undefined) throw new Error(distrust);
    const target = await realpath(path).catch(() => path);
    const mode = await stat(target).then(
      (stats) => stats.mode & 0o777,
      () => 0o644,
    );
    const text = writeMetricPlan(plan);
    // It would be written, and never read again.
    if (Buffer.byteLength(text) > limitBytes) throw new Error(`the plan is larger than ${limitBytes} bytes`);
    await replaceFile(target, text, mode);
  } catch (thrown) {
    throw new AgentError("file.unwritable", { path, reason: reasonOf(thrown), cause: thrown });
  }
}
