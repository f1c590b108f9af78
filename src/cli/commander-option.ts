// An option as commander knows it.
import { InvalidArgumentError, Option } from "commander";
import type { CommandOption } from "./command.ts";
import { parseGoInteger } from "./go-values.ts";

/** Values are text, lists are lists of it, and integers are checked and left as decimal text. */
export function toOption(option: CommandOption): Option {
  const { name, short, kind, value = kind === "integer" ? "N" : "TEXT" } = option;
  const dashed = short === undefined ? `--${name}` : `-${short}, --${name}`;
  const made = new Option(kind === "boolean" ? dashed : `${dashed} <${value}>`, explain(option));
  if (kind === "list") made.argParser<readonly string[]>((text, before = []) => [...before, text]);
  if (kind === "integer") made.argParser(integerText);
  return made;
}

/** commander shows defaults and variables only of values that it fills in itself, from the process's own environment. */
function explain({ help, env, ...option }: CommandOption): string {
  const facts = [
    ...(option.default ? [`default: ${option.default}`] : []),
    ...(env === undefined ? [] : [`env: ${env}`]),
  ];
  return facts.length === 0 ? help : `${help} (${facts.join(", ")})`;
}

function integerText(text: string): string {
  const value = parseGoInteger(text);
  if (value === undefined) throw new InvalidArgumentError("It is not an integer.");
  return value.toString();
}
