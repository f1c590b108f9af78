// What /bin/sh would have answered for a program that it could not run or that a signal ended (contract happo §4, O5–O7).
import type { ProgramExit } from "./engine.ts";

export interface ShellAnswer {
  readonly status: number;
  /** What the shell writes to standard error. */
  readonly stderr: string;
}

const startFailures: Readonly<Record<string, readonly [number, string]>> = {
  ENOENT: [127, "not found"],
  ENOTDIR: [127, "not found"],
  ELOOP: [126, "Too many levels of symbolic links"],
  ENAMETOOLONG: [126, "File name too long"],
  EACCES: [126, "Permission denied"],
  EPERM: [126, "Operation not permitted"],
  EISDIR: [126, "Permission denied"],
  ENOEXEC: [126, "Exec format error"],
  ETXTBSY: [126, "Text file busy"],
  E2BIG: [126, "Argument list too long"],
};

/** Undefined for a failure that is the system's and not the program's, such as no memory. */
export function answerToStartFailure(path: string, code: string | undefined): ShellAnswer | undefined {
  const known = code === undefined ? undefined : startFailures[code];
  return known === undefined ? undefined : cannotRun(path, ...known);
}

export function cannotRun(path: string, status: number, reason: string): ShellAnswer {
  return { status, stderr: `/bin/sh: 1: ${path}: ${reason}\n` };
}

const signalWords: Readonly<Record<number, string>> = {
  1: "Hangup",
  3: "Quit",
  4: "Illegal instruction",
  5: "Trace/breakpoint trap",
  6: "Aborted",
  7: "Bus error",
  8: "Floating point exception",
  9: "Killed",
  10: "User defined signal 1",
  11: "Segmentation fault",
  12: "User defined signal 2",
  14: "Alarm clock",
  15: "Terminated",
  16: "Stack fault",
  24: "CPU time limit exceeded",
  25: "File size limit exceeded",
  26: "Virtual timer expired",
  27: "Profiling timer expired",
  29: "I/O possible",
  30: "Power failure",
  31: "Bad system call",
};

/** A shell tells of most signals in a word and of an interrupt or a broken pipe in none. */
export function answerToExit(exit: ProgramExit): ShellAnswer {
  if ("status" in exit) return { status: exit.status, stderr: "" };
  const word = signalWords[exit.signal];
  return { status: 128 + exit.signal, stderr: word === undefined ? "" : `${word}\n` };
}
