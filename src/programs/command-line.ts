// From a name and an option string to what is started.
import { readShellLine } from "../formats/shell-words.ts";
import { AgentError } from "../kernel/errors.ts";
import { matchesFile } from "./file-pattern.ts";

export interface CommandLine {
  /** Absolute path of the executable. */
  readonly path: string;
  /** The program's own name, then its arguments. */
  readonly argv: readonly [string, ...string[]];
  /** True: standard error goes where standard output goes. */
  readonly joined?: boolean;
}

/**
 * The option string split as sh would, patterns that match nothing left as they are; rejects with `program.option` where
 * it needs a shell.
 */
export async function commandLine(path: string, name: string, option: string): Promise<CommandLine> {
  const line = readShellLine(option);
  if ("refused" in line) throw new AgentError("program.option", { reason: line.refused });
  for (const { word, signs, refused } of line.patterns)
    if (await matchesFile(line.words[word] ?? "", signs))
      throw new AgentError("program.option", { reason: refused });
  return { path, argv: [name, ...line.words], joined: line.joins !== undefined };
}

/** The whole line to a shell (contract happo §4). Only for operators who allowed it. */
export function shellLine(line: string): CommandLine {
  if (line.includes("\0")) throw new AgentError("program.option", { reason: "it holds a NUL" });
  return { path: "/bin/sh", argv: ["/bin/sh", "-c", line] };
}
