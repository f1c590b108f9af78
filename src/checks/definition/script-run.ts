// How a program check is run: its line made once, its program looked up each time (contract opsbro §5.3).
import { AgentError } from "../../kernel/errors.ts";
import type { ProgramRun } from "../program-check.ts";
import type { CheckPlan, Verdict } from "../running/check-plan.ts";
import { atPath, fillMacros } from "../running/macros.ts";
import { answerOfScript, readScript } from "../running/script.ts";
import type { CheckBody } from "./check-schema.ts";

export interface ScriptNeeds {
  /** A program by its whole path, or by a bare name. */
  readonly runOwn: (request: {
    name: string;
    option: string;
    merged: true;
    deadlineMs: number;
    user?: string;
  }) => Promise<ProgramRun>;
  /** A line for a shell. */
  readonly runLine: (request: {
    line: string;
    merged: true;
    deadlineMs: number;
    user?: string;
  }) => Promise<ProgramRun>;
}

/** What is wrong with the check and not with what it looks at. */
const ownFaults: readonly string[] = ["program.option", "program.user"];

/** `configuration` is where macros are looked up, from the first to the last. */
export function scriptRun(
  { script, shell, user, deadline: deadlineMs }: CheckBody,
  configuration: readonly unknown[],
  { runOwn, runLine }: ScriptNeeds,
): CheckPlan["run"] {
  const line = fillMacros(script, (path) => firstOf(configuration, path));
  const limits = { merged: true, deadlineMs, ...(user !== undefined && { user }) } as const;
  if (shell) return async () => await answer(runLine({ line, ...limits }), deadlineMs);
  const read = readScript(line);
  if ("refused" in read) {
    const output = `the command line cannot be used: ${read.refused}; \`shell: true\` gives it to a shell`;
    return () => unknown(output);
  }
  return async () => await answer(runOwn({ ...read, ...limits }), deadlineMs);
}

async function answer(running: Promise<ProgramRun>, deadlineMs: number): Promise<Verdict> {
  try {
    return answerOfScript(await running, deadlineMs);
  } catch (thrown) {
    // No place for one more program: nothing was found out, so nothing changes.
    if (!(thrown instanceof AgentError) || !ownFaults.includes(thrown.code)) throw thrown;
    return unknown(thrown.message);
  }
}

function firstOf(places: readonly unknown[], path: string): unknown {
  for (const place of places) {
    const value = atPath(place, path);
    if (value !== undefined) return value;
  }
  return undefined;
}

function unknown(output: string): Verdict {
  return { state: "unknown", output, perfdata: "" };
}
