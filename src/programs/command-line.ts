// From a name and an option string to what is started.
import { splitShellWords } from "../formats/shell-words.ts";
import { AgentError } from "../kernel/errors.ts";

export interface CommandLine {
  /** Absolute path of the executable. */
  readonly path: string;
  /** The program's own name, then its arguments. */
  readonly argv: readonly [string, ...string[]];
}

/** The option string split as sh would; refused with `program.option` where it needs a shell. */
export function commandLine(path: string, name: string, option: string): CommandLine {
  const split = splitShellWords(option);
  if ("refused" in split) throw new AgentError("program.option", { reason: split.refused });
  return { path, argv: [name, ...split.words] };
}

/** The whole line to a shell (contract happo §4). Only for operators who allowed it. */
export function shellLine(line: string): CommandLine {
  if (line.includes("\0")) throw new AgentError("program.option", { reason: "it holds a NUL" });
  return { path: "/bin/sh", argv: ["/bin/sh", "-c", line] };
}
