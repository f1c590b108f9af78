// What may follow the words typed so far, in the form that the completion scripts read.
import type { RootCommand, Command as TabCommand } from "@bomb.sh/tab";
import type { Command, CommandEntry, CommandOption } from "./command.ts";
import { nounSummary } from "./nouns.ts";

/** How the shell goes on: 0 lets it offer files, 4 keeps it from that. */
const directives = { files: 0, noFiles: 4 } as const;

/** One candidate a line with its description after a tab; the last line is a colon and the directive. */
export async function completionAnswer(
  words: readonly string[],
  entries: readonly CommandEntry[],
): Promise<string> {
  const tab = await import("@bomb.sh/tab");
  const root = new tab.RootCommand();
  const options = await describeAll(root, entries);
  // The library would print what it found; it also leaves it in a field.
  Object.assign(root, { complete: () => {} });
  root.parse([...words]);
  const typed = words.at(-1) ?? "";
  const wanted = typed.startsWith("-") ? typed.slice(typed.indexOf("=") + 1) : typed;
  const lines = new Map<string, string>();
  for (const { value, description = "" } of root.completions) {
    if (value.startsWith(wanted) && !lines.has(value)) lines.set(value, `${value}\t${description}\n`);
  }
  const directive = takesFile(words, options) ? directives.files : directives.noFiles;
  return `${[...lines.values()].join("")}:${directive}\n`;
}

/** Tells the library of every command and noun; the options of them all are returned. */
async function describeAll(root: RootCommand, entries: readonly CommandEntry[]): Promise<CommandOption[]> {
  const commands = await Promise.all(entries.map(async (entry) => (await entry.load()).command));
  for (const command of commands) {
    describe(root, command.name, command);
    if (command.alias !== undefined) describe(root, command.alias, command);
  }
  root.command("help", "Show the help of a command.");
  return commands.flatMap((command) => command.options);
}

/** The library finds `config check` only where `config` is a command too, and so for every further word. */
function describe(root: RootCommand, name: string, command: Command): void {
  const words = name.split(" ");
  for (let count = 1; count < words.length; count += 1) {
    const noun = words.slice(0, count).join(" ");
    if (!root.commands.has(noun)) root.command(noun, nounSummary(noun));
  }
  const target = root.command(name, command.summary);
  for (const option of command.options) addOption(target, option);
  if (command.choices !== undefined) {
    const { choices } = command;
    target.argument("argument", (complete) => {
      for (const choice of choices) complete(choice, "");
    });
  }
}

function addOption(target: TabCommand, { name, kind, help, short }: CommandOption): void {
  if (kind !== "boolean") target.option(name, help, () => {}, short);
  else if (short === undefined) target.option(name, help);
  else target.option(name, help, short);
}

/** True while the value of an option is being typed that names a file or a directory. */
function takesFile(words: readonly string[], options: readonly CommandOption[]): boolean {
  const before = words.at(-2) ?? "";
  const isBefore = ({ name, short }: CommandOption) =>
    [`--${name}`, `-${name}`, ...(short === undefined ? [] : [`-${short}`])].includes(before);
  return options.some((option) => isBefore(option) && /^(FILE|DIR)$/.test(option.value ?? ""));
}
