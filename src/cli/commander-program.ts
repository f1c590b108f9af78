// The commands as commander knows them: for every help text, and for reading the words of most commands.
import { Argument, Command as CommanderCommand, CommanderError } from "commander";
import type { CliNeeds } from "./cli-needs.ts";
import { isColoured } from "./colour.ts";
import type { Command, OptionValue, OptionValues } from "./command.ts";
import { toOption } from "./commander-option.ts";
import { nounSummary } from "./nouns.ts";

type Streams = Pick<CliNeeds, "stdout" | "stderr" | "environment">;

export type Parsed =
  | { readonly kind: "read"; readonly given: OptionValues; readonly words: readonly string[] }
  | { readonly kind: "done"; readonly exit: number };

/** Reads the words after a command's name. Help and complaints are printed here. */
export function parseWords(command: Command, words: readonly string[], streams: Streams): Parsed {
  const leaf = add(createRoot(streams), command, command.name).action(() => {});
  try {
    leaf.parse(words, { from: "user" });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return { kind: "done", exit: thrown.exitCode === 0 ? 0 : 2 };
  }
  const values = leaf.opts<Record<string, OptionValue | undefined>>();
  const given = command.options.map((option) => [option.name, values[toOption(option).attributeName()]]);
  return { kind: "read", given: Object.fromEntries(given) as OptionValues, words: leaf.args };
}

/** The help of the program (no words), of a noun, or of one command. */
export function printHelp(commands: readonly Command[], words: readonly string[], streams: Streams): void {
  const root = createRoot(streams)
    .option("--log-level <LEVEL>", "debug, info or warn (env: HAPPO_AGENT_LOG_LEVEL)")
    .option("-v, --version", "print the version")
    .addHelpText(
      "after",
      examples(["yagura demo", "yagura check -H 127.0.0.1 -p check_load -o '-w 4 -c 8'"]),
    );
  for (const command of commands) {
    add(root, command, command.name);
    if (command.alias !== undefined) add(root, command, command.alias);
  }
  addExamples(root, "", commands);
  find(root, words).outputHelp();
}

/** To every noun, also to those that stand behind another one. */
function addExamples(above: CommanderCommand, prefix: string, commands: readonly Command[]): void {
  for (const noun of above.commands.filter((one) => one.commands.length > 0)) {
    const name = `${prefix}${noun.name()}`;
    noun.addHelpText("after", examples(examplesOf(name, commands)));
    addExamples(noun, `${name} `, commands);
  }
}

/** One example of each of two verbs, or both of the only one. */
function examplesOf(noun: string, commands: readonly Command[]): readonly string[] {
  const own = commands.filter(({ name, alias }) => [name, alias].some((one) => one?.startsWith(`${noun} `)));
  const first = own.map((one) => one.examples[0]);
  return (first.length > 1 ? first : own.flatMap((one) => one.examples)).slice(0, 2);
}

function createRoot({ stdout, stderr, environment }: Streams): CommanderCommand {
  return new CommanderCommand("yagura")
    .description("One agent for a host: it answers remote checks over HTTPS, through any number of bastions.")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      getOutHasColors: () => isColoured({ stdout, environment }),
      getErrHasColors: () => isColoured({ stdout: stderr, environment }),
    });
}

/** Adds a command under its name, with its nouns where it has any. */
function add(root: CommanderCommand, command: Command, name: string): CommanderCommand {
  const words = name.split(" ");
  const nouns = words.slice(0, -1);
  const parent = nouns.reduce(
    (above, noun, depth) => nounOf(above, noun, nouns.slice(0, depth + 1).join(" ")),
    root,
  );
  const isAlias = name !== command.name;
  const leaf = parent
    .command(words.at(-1) ?? name)
    .summary(isAlias ? `The same as '${command.name}'.` : command.summary)
    .description(command.summary)
    .addHelpText("after", examples(command.examples.map((one) => one.replace(command.name, name))))
    .showHelpAfterError(`See 'yagura ${name} --help'.`);
  for (const option of command.options) leaf.addOption(toOption(option));
  for (const [argument] of (command.arguments ?? "").matchAll(/<[^<>]+>|\[[^[\]]+\]/g))
    leaf.addArgument(new Argument(argument));
  if (command.spelling === "go") leaf.addHelpText("after", goSpelling);
  return leaf;
}

const goSpelling =
  "\nFlags may have one dash or two, and take their value as a word of its own or after '='.";

function nounOf(above: CommanderCommand, noun: string, subject: string): CommanderCommand {
  const known = above.commands.find((one) => one.name() === noun);
  return known ?? above.command(noun).description(nounSummary(subject));
}

function find(root: CommanderCommand, words: readonly string[]): CommanderCommand {
  const [word, ...others] = words;
  const next = root.commands.find((one) => one.name() === word);
  return next === undefined ? root : find(next, others);
}

function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}\n`).join("")}`.trimEnd();
}
