// Which command the words mean.
import type { CommandEntry } from "./command.ts";
import { commandEntries } from "./commands/index.ts";

export interface Found {
  readonly entry: CommandEntry;
  /** As it was typed, which may be the alias. */
  readonly name: string;
  /** What follows the name. */
  readonly words: readonly string[];
}

/** Every name and alias. */
export function spellings(): { entry: CommandEntry; name: string }[] {
  return commandEntries.flatMap((entry) =>
    [entry.name, ...(entry.alias === undefined ? [] : [entry.alias])].map((name) => ({ entry, name })),
  );
}

/** Undefined when the words begin with no command. */
export function findCommand(words: readonly string[]): Found | undefined {
  for (const { entry, name } of spellings()) {
    const parts = name.split(" ");
    if (parts.every((part, place) => part === words[place]))
      return { entry, name, words: words.slice(parts.length) };
  }
  return undefined;
}
