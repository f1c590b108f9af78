// The file of the metric programs: read anew at every collection, replaced whole.
import { realpath, stat } from "node:fs/promises";
import { AgentError, reasonOf, systemCode } from "../../kernel/errors.ts";
import { replaceFile } from "../../kernel/replace-file.ts";
import { readTrustedLater, targetTrusted } from "../../kernel/trusted-file.ts";
import { type MetricPlan, parseMetricPlan, usablePlan, writeMetricPlan } from "./metric-plan.ts";

/** Thousands of programs. It is read at every collection, and nothing else happens meanwhile. */
const limitBytes = 1024 * 1024;

export interface MetricPlanFile {
  /** Undefined when there is no file. Throws `host.file` when it cannot be read or is no YAML. */
  read(): Promise<MetricPlan | undefined>;
  /**
   * Resolves when the new plan is on disk; readers see the old one or the new one. The file keeps its mode (0644 when it is
   * new), and a symbolic link stays one. Throws `file.unwritable`.
   */
  replace(plan: MetricPlan): Promise<void>;
}

export function createMetricPlanFile(path: string): MetricPlanFile {
  // Taking thousands of programs apart is dear: what was read or written last is known.
  let known: { readonly text: string; readonly plan: MetricPlan } | undefined;
  return {
    async read() {
      try {
        const text = (await readTrustedLater(path, { limitBytes })).toString("utf8");
        if (text !== known?.text) known = { text, plan: parseMetricPlan(text) };
        return known.plan;
      } catch (thrown) {
        if (systemCode(thrown) === "ENOENT") return undefined;
        throw new AgentError("host.file", { path, reason: reasonOf(thrown), cause: thrown });
      }
    },
    async replace(plan) {
      try {
        known = { text: await replaceText(path, plan), plan: usablePlan(plan) };
      } catch (thrown) {
        throw new AgentError("file.unwritable", { path, reason: reasonOf(thrown), cause: thrown });
      }
    },
  };
}

/** Gives the text of the file. */
async function replaceText(path: string, plan: MetricPlan): Promise<string> {
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
  return text;
}
