// How a program ended, as its caller is told: also one that could not be run at all.
import type { RunResult } from "./run-program.ts";
import { answerToExit, type ShellAnswer } from "./shell-answer.ts";

/** A program that cannot be run ends with 126 or 127 and a shell's words on standard error. */
export interface ProgramOutcome {
  /** Path, blank, option: what a shell would have been given. */
  readonly command: string;
  readonly timedOut: boolean;
  /** 0 to 255; 128 + n for signal n; -1 when the shell itself was killed or the time was up. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** True when an output was longer than its limit: the rest is lost, and the last line before the mark is half. */
  readonly cut: boolean;
}

/** `inShell` says that it was a shell that ran: its own end by a signal is told as -1 (contract happo §4). */
export function outcomeOf(
  command: string,
  { exit, stdout, stderr, cut }: RunResult,
  inShell: boolean,
): ProgramOutcome {
  if (exit === undefined) return { command, timedOut: true, status: -1, stdout, stderr, cut };
  if (inShell && "signal" in exit) return { command, timedOut: false, status: -1, stdout, stderr, cut };
  const answer = answerToExit(exit);
  return { command, timedOut: false, status: answer.status, stdout, stderr: stderr + answer.stderr, cut };
}

/** What a shell says of a program that it could not run stands where its standard error goes. */
export function unrun(
  command: string,
  { status, stderr: words }: ShellAnswer,
  merged = false,
): ProgramOutcome {
  const [stdout, stderr] = merged ? [words, ""] : ["", words];
  return { command, timedOut: false, status, stdout, stderr, cut: false };
}
