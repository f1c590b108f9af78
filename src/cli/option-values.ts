// The values of a command's options: typed words first, then the environment, then defaults (contract happo §1.1).
import type { CommandOption, OptionValue, OptionValues } from "./command.ts";
import { parseGoBoolean, parseGoInteger } from "./go-values.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A list uses both its sources, the environment's entries first; everything else takes the first source it has. */
export function settleOptions(
  options: readonly CommandOption[],
  { given, environment }: { given: OptionValues; environment: Environment },
): OptionValues {
  const settled = options.map((option): [string, OptionValue | undefined] => {
    const fromEnvironment = ofEnvironment(option, environment);
    const typed = given[option.name];
    if (option.kind !== "list") return [option.name, typed ?? fromEnvironment ?? option.default];
    return [option.name, [...listIn(fromEnvironment), ...listIn(typed)]];
  });
  return Object.fromEntries(settled);
}

/** An empty variable counts as unset, and an integer that cannot be read does too. */
function ofEnvironment(option: CommandOption, environment: Environment): OptionValue | undefined {
  const text = option.env === undefined ? undefined : environment[option.env];
  if (!text) return undefined;
  if (option.kind === "integer") return parseGoInteger(text)?.toString();
  if (option.kind === "boolean") return parseGoBoolean(text) ?? false;
  if (option.kind === "list") return text.split(",").map((entry) => entry.trim());
  return text;
}

/** The text of an option; an empty one counts as absent. */
export function textOf(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The number of an integer option, whose text the parser has checked. */
export function integerOf(values: OptionValues, name: string): number | undefined {
  const text = textOf(values, name);
  return text === undefined ? undefined : Number(text);
}

export function listOf(values: OptionValues, name: string): readonly string[] {
  return listIn(values[name]);
}

export function isOn(values: OptionValues, name: string): boolean {
  return values[name] === true;
}

function listIn(value: OptionValue | undefined): readonly string[] {
  return typeof value === "object" ? value : [];
}
