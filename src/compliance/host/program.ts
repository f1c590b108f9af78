// Programs of this host by argument vector, and what is said of one that failed.
import { quoteShellWord } from "../../formats/shell-words.ts";
import type { ProgramOutcome, RunByName } from "../../programs/index.ts";
import { cannot, type Turn } from "../running/turn.ts";

export type RunProgram = (request: RunByName) => Promise<ProgramOutcome>;

export interface Command {
  /** The program's name, then its arguments; no shell sees them. */
  readonly words: readonly [string, ...string[]];
  readonly environment?: Readonly<Record<string, string>>;
}

const tailLines = 6;
const tailCharacters = 600;

/** Runs it until the turn's deadline, with both outputs in one. Rejects, and begins nothing, once the turn is given up. */
export async function runCommand(
  { words: [name, ...words], environment = {} }: Command,
  turn: Turn,
  run: RunProgram,
): Promise<ProgramOutcome> {
  turn.signal.throwIfAborted();
  const deadlineMs = turn.remainingMs();
  return await run({
    name,
    option: words.map(quoteShellWord).join(" "),
    merged: true,
    deadlineMs,
    environment,
  });
}

/** The same; rejects with the end of its output when it does not end with 0. */
export async function runWell(command: Command, turn: Turn, run: RunProgram): Promise<ProgramOutcome> {
  const outcome = await runCommand(command, turn, run);
  const failure = failureText(outcome);
  if (failure !== undefined) throw cannot(`${command.words[0]} ${failure}`);
  return outcome;
}

/** Undefined: it ended well. */
export function failureText({ status, timedOut, stdout }: ProgramOutcome): string | undefined {
  if (timedOut) return "was not done in time";
  if (status === 0) return undefined;
  const tail = tailOf(stdout);
  return `ended with ${status}${tail === "" ? "" : `: ${tail}`}`;
}

function tailOf(output: string): string {
  const lines = output.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  return lines.slice(-tailLines).join("; ").slice(-tailCharacters);
}
