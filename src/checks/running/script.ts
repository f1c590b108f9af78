// A program check's command line, ready to be run: macros filled in, split as sh would, no shell.

import { type JudgedState, stateOfStatus } from "../../event/index.ts";
import { parsePerformanceData } from "../../formats/nagios-perfdata.ts";
import { quoteShellWord, splitShellWords } from "../../formats/shell-words.ts";
import type { ProgramRun } from "../program-check.ts";

export interface ScriptLine {
  /** Base name, or whole path. */
  readonly name: string;
  readonly option: string;
}

/** What is run, or why it cannot be. */
export function readScript(line: string): ScriptLine | { readonly refused: string } {
  const split = splitShellWords(line.trim());
  if ("refused" in split) return { refused: split.refused };
  const [name, ...words] = split.words;
  if (name === undefined || name === "") return { refused: "it names no program" };
  if (name.includes("/") && !name.startsWith("/"))
    return { refused: `${name} is neither a bare name nor a whole path` };
  return { name, option: words.map(quoteShellWord).join(" ") };
}

export interface ScriptAnswer {
  readonly state: JudgedState;
  /** Without performance data. */
  readonly output: string;
  readonly perfdata: string;
}

/** What a run says as Nagios reads it: status, text, performance data behind the bar. */
export function answerOfScript(run: ProgramRun, deadlineMs: number): ScriptAnswer {
  if (run.timedOut) {
    const output = `no answer within ${deadlineMs / 1000} s: ${run.command}`;
    return { state: "unknown", output, perfdata: "" };
  }
  const { text, perfdata } = partsOf(run.stdout.trim());
  // What a library complains of is to be seen, and is no figure.
  const shown = [text, run.stderr.trim()].filter((part) => part !== "").join("\n");
  return {
    state: stateOfStatus(run.status),
    output: shown === "" ? `it said nothing, and ended with ${run.status}` : shown,
    perfdata,
  };
}

/**
 * Behind a bar of the first line, and of any other one, stands performance data; so do whole lines of it behind the first
 * bar of the further ones (plugin guidelines, section 2.6).
 */
function partsOf(output: string): { readonly text: string; readonly perfdata: string } {
  const texts: string[] = [];
  const data: string[] = [];
  let isBehindBar = false;
  for (const [place, line] of output.split("\n").entries()) {
    const bar = line.indexOf("|");
    if (bar >= 0) {
      texts.push(line.slice(0, bar).trimEnd());
      data.push(line.slice(bar + 1).trim());
      isBehindBar = place > 0;
    } else (isBehindBar && isData(line) ? data : texts).push(line.trimEnd());
  }
  return {
    text: texts.join("\n").trim(),
    perfdata: data
      .filter((one) => one !== "")
      .join(" ")
      .trim(),
  };
}

function isData(line: string): boolean {
  const { data, refusedCount } = parsePerformanceData(`|${line}`);
  return data.length > 0 && refusedCount === 0;
}
