// What a command is: data for the help, for completion and for both parsers, and one function that does the work.
import type { CliNeeds } from "./cli-needs.ts";

export interface CommandOption {
  /** Long name without dashes. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** Another long name, which older command lines have; not in the help. */
  readonly older?: string;
  readonly kind: "text" | "integer" | "list" | "boolean";
  /** What stands for the value in the help, such as `FILE`. */
  readonly value?: string;
  /** Environment variable that replaces the default. */
  readonly env?: string;
  readonly default?: string;
  readonly help: string;
}

export type OptionValue = string | readonly string[] | boolean;
/** By the option's long name. */
export type OptionValues = Readonly<Record<string, OptionValue | undefined>>;

export interface CommandInput {
  /** As it was typed, which may be the alias. */
  readonly name: string;
  /** Only what was typed. Integers are decimal text. */
  readonly given: OptionValues;
  /** The same with the environment and the defaults filled in. */
  readonly options: OptionValues;
  /** What followed the options. */
  readonly words: readonly string[];
  /** Every command there is, for completion. */
  readonly entries: readonly CommandEntry[];
}

export interface Command {
  /** `check`, or noun and verb as in `config check`. */
  readonly name: string;
  /** A second spelling of the name. */
  readonly alias?: string;
  /** A word that older command lines have before the flags; it says nothing. */
  readonly filler?: string;
  /** One sentence. */
  readonly summary: string;
  readonly options: readonly CommandOption[];
  /** Arguments as the help shows them, such as `<check> [text...]`. */
  readonly arguments?: string;
  /** Words that the argument may be, for completion. */
  readonly choices?: readonly string[];
  readonly examples: readonly [string, string];
  /**
   * How the words are read. `go`: as the Go programs did (contract happo §1.1), without loading the parser of the
   * other commands. `raw`: not at all.
   */
  readonly spelling?: "go" | "raw";
  /** Returns the exit code. Faults from outside may be thrown as `AgentError`. */
  run(input: CommandInput, needs: CliNeeds): Promise<number>;
}

/** Ties a command's types together; adds nothing at run time. */
export function defineCommand(command: Command): Command {
  return command;
}

/** A row of the list of commands: the module is loaded when the command, or help that names it, is asked for. */
export interface CommandEntry {
  readonly name: string;
  readonly alias?: string;
  load(): Promise<{ readonly command: Command }>;
}
