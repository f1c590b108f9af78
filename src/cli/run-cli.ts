// From the words of the command line to a command, and from whatever happens there to an exit code.
import { AgentError } from "../kernel/errors.ts";
import { printable } from "../kernel/log.ts";
import { type CalledWords, calledWords, programName } from "./called-names.ts";
import type { CliNeeds } from "./cli-needs.ts";
import type { Command, CommandOption, OptionValues } from "./command.ts";
import { commandEntries } from "./commands/index.ts";
import { type Found, findCommand, spellings } from "./find-command.ts";
import { parseGoFlags } from "./go-flags.ts";
import { settleOptions } from "./option-values.ts";

const globalOptions: readonly CommandOption[] = [
  { name: "log-level", kind: "text", help: "debug, info or warn" },
  { name: "version", short: "v", kind: "boolean", help: "print the version" },
];

/** Runs one command and resolves with the exit code: 0 ok, 1 failure, 2 usage, 69, 77, 78. Never rejects. */
export async function runCli(needs: CliNeeds): Promise<number> {
  try {
    const program = programName(needs.calledPath);
    const called = calledWords(program, needs.argv);
    if (called.kind === "words") return await dispatch(called, needs);
    needs.stderr.write(`${program}: ${printable(called.what)} is not there yet\n`);
    return 1;
  } catch (thrown) {
    return complain(thrown, needs);
  }
}

type Called = Extract<CalledWords, { kind: "words" }>;

async function dispatch(called: Called, needs: CliNeeds): Promise<number> {
  const globals = parseGoFlags(globalOptions, called.words);
  if (globals.kind === "wrong") return incorrectUsage(globals.reason, [], needs);
  if (globals.kind === "help" || (globals.words.length === 0 && !globals.given["version"]))
    return help([], needs);
  if (globals.given["version"] === true) {
    needs.stdout.write(`${programName(needs.calledPath)} version ${needs.version}\n`);
    return 0;
  }
  const { words } = globals;
  if (words[0] === "help" || words[0] === "h") return help(words.slice(1), needs);
  const found = findCommand(words);
  return found === undefined
    ? await runNoun(words, needs)
    : await runCommand(found, { ...called.defaults, ...globals.given }, needs);
}

/** A noun without its verb is no command: what it has is listed, and only who asked for help is told that all is well. */
async function runNoun(words: readonly string[], needs: CliNeeds): Promise<number> {
  const asked = words.findIndex((word) => /^--?h(elp)?$/.test(word));
  const names = asked < 0 ? words : words.slice(0, asked);
  if (!isNoun(names)) return unknownCommand(words, needs);
  const exit = await help(names, needs);
  return asked < 0 ? 2 : exit;
}

function isNoun(words: readonly string[]): boolean {
  return words.length > 0 && spellings().some(({ name }) => name.startsWith(`${words.join(" ")} `));
}

async function runCommand(found: Found, globals: OptionValues, needs: CliNeeds): Promise<number> {
  const { command } = await found.entry.load();
  const parsed = await readWords(command, found, needs);
  if (parsed.kind === "done") return parsed.exit;
  const known = (name: string) => command.options.some((option) => option.name === name);
  const fromGlobals = Object.entries(globals).filter(([name]) => known(name));
  const given = { ...Object.fromEntries(fromGlobals), ...parsed.given };
  const options = settleOptions(command.options, { given, environment: needs.environment });
  return command.run(
    { name: found.name, given, options, words: parsed.words, entries: commandEntries },
    needs,
  );
}

type Parsed =
  | { readonly kind: "read"; readonly given: OptionValues; readonly words: readonly string[] }
  | { readonly kind: "done"; readonly exit: number };

async function readWords(command: Command, found: Found, needs: CliNeeds): Promise<Parsed> {
  if (command.spelling === "go") {
    const [first, ...others] = found.words;
    const isFiller = first !== undefined && first === command.filler;
    const flags = parseGoFlags(command.options, isFiller ? others : found.words);
    if (flags.kind === "read") return flags;
    const name = found.name.split(" ");
    if (flags.kind === "help") return { kind: "done", exit: await help(name, needs) };
    return { kind: "done", exit: await incorrectUsage(flags.reason, name, needs) };
  }
  if (command.spelling === "raw" && !/^--?h(elp)?$/.test(found.words[0] ?? ""))
    return { kind: "read", given: {}, words: found.words };
  const { parseWords } = await import("./commander-program.ts");
  return parseWords(command, found.words, needs);
}

/** Help of the program, a noun or a command. Only the commands that the help names are loaded. */
async function help(words: readonly string[], needs: CliNeeds): Promise<number> {
  const [word] = words;
  const isKnown = word === undefined || findCommand(words) !== undefined || isNoun(words);
  if (!isKnown) return unknownCommand(words, needs);
  const wanted = commandEntries.filter(
    ({ name, alias }) => word === undefined || [name, alias].some((one) => one?.split(" ")[0] === word),
  );
  const commands = await Promise.all(wanted.map(async (entry) => (await entry.load()).command));
  const { printHelp } = await import("./commander-program.ts");
  printHelp(commands, words, needs);
  return 0;
}

/** As the original says it (contract happo §1.1), with the reason beside it on stderr and an exit code that tells. */
async function incorrectUsage(reason: string, words: readonly string[], needs: CliNeeds): Promise<number> {
  needs.stderr.write(`${programName(needs.calledPath)}: ${printable(reason)}\n`);
  needs.stdout.write("Incorrect Usage.\n\n");
  await help(words, needs);
  return 2;
}

async function unknownCommand(words: readonly string[], { stderr, calledPath }: CliNeeds): Promise<number> {
  const { nearestKey } = await import("../config/nearest-key.ts");
  const names = spellings().map(({ name }) => name);
  const nouns = names.flatMap((name) => nounsOf(name));
  // One word more than is known of what was typed.
  const known = words.findIndex((_, place) => !isNoun(words.slice(0, place + 1)));
  const typed = words.slice(0, known + 1).join(" ");
  const near = nearestKey(typed, [...names, ...nouns, "help"]);
  const program = programName(calledPath);
  stderr.write(`${program}: '${printable(typed)}' is not a ${program} command. See '${program} --help'.\n`);
  if (near !== undefined) stderr.write(`did you mean '${near}'?\n`);
  return 2;
}

/** `agent parameters` of `agent parameters get`, and `agent`. */
function nounsOf(name: string): string[] {
  const words = name.split(" ");
  return words.slice(1).map((_, place) => words.slice(0, place + 1).join(" "));
}

/** A fault from outside says what is wrong in one line; a fault of this program says where. */
function complain(thrown: unknown, { stderr, calledPath }: CliNeeds): number {
  const program = programName(calledPath);
  if (!(thrown instanceof AgentError)) {
    stderr.write(`${program}: internal error: ${thrown instanceof Error ? thrown.stack : thrown}\n`);
    return 1;
  }
  // A report about the configuration has lines of its own, each with its file and place.
  stderr.write(
    thrown.code === "config.invalid" ? `${thrown.message}\n` : `${program}: ${printable(thrown.message)}\n`,
  );
  return thrown.exit;
}
