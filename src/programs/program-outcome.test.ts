// What a caller is told of a program that ended, or could not be run.
import { expect, it } from "vitest";
import { outcomeOf, unrun } from "./program-outcome.ts";
import type { RunResult } from "./run-program.ts";
import { answerToStartFailure, cannotRun } from "./shell-answer.ts";

const result = (exit: RunResult["exit"], cut = false): RunResult => ({
  exit,
  stdout: "out",
  stderr: "err",
  cut,
});
const told = { command: "/x -a", timedOut: false, stdout: "out", stderr: "err", cut: false };

it.each<[string, RunResult["exit"], boolean, object]>([
  ["its status", { status: 3 }, false, { status: 3 }],
  ["the status of a shell", { status: 3 }, true, { status: 3 }],
  ["its signal, as a shell tells it", { signal: 9 }, false, { status: 137, stderr: "errKilled\n" }],
  ["an interrupt, in no word", { signal: 2 }, false, { status: 130 }],
  ["the signal of a shell", { signal: 9 }, true, { status: -1 }],
  ["that its time was up", undefined, false, { status: -1, timedOut: true }],
  ["that the time of a shell was up", undefined, true, { status: -1, timedOut: true }],
])("%s", (_what, exit, inShell, differs) => {
  expect(outcomeOf("/x -a", result(exit), inShell)).toEqual({ ...told, ...differs });
  expect(outcomeOf("/x -a", result(exit, true), inShell).cut).toBe(true);
});

it("what could not be run speaks where its standard error goes", () => {
  const answer = cannotRun("/x", 127, "not found");
  const words = "/bin/sh: 1: /x: not found\n";
  const outcome = { command: "/x -a", timedOut: false, status: 127, cut: false };
  expect(unrun("/x -a", answer)).toEqual({ ...outcome, stdout: "", stderr: words });
  expect(unrun("/x -a", answer, true)).toEqual({ ...outcome, stdout: words, stderr: "" });
});

it.each([
  ["ENOENT", 127, "not found"],
  ["ENOTDIR", 127, "not found"],
  ["ELOOP", 126, "Too many levels of symbolic links"],
  ["ENAMETOOLONG", 126, "File name too long"],
  ["EACCES", 126, "Permission denied"],
  ["EPERM", 126, "Operation not permitted"],
  ["EISDIR", 126, "Permission denied"],
  ["ENOEXEC", 126, "Exec format error"],
  ["ETXTBSY", 126, "Text file busy"],
  ["E2BIG", 126, "Argument list too long"],
])("%s is the program's fault: %i %s", (code, status, reason) => {
  expect(answerToStartFailure("/x", code)).toEqual({ status, stderr: `/bin/sh: 1: /x: ${reason}\n` });
});

it.each(["ENOMEM", "EMFILE", undefined])("%s is the system's", (code) => {
  expect(answerToStartFailure("/x", code)).toBeUndefined();
});
