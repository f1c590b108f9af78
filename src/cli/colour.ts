// Colour, only for a terminal and only while NO_COLOR is unset or empty (no-color.org).
import type { CliNeeds } from "./cli-needs.ts";

const codes = { bold: "1", green: "32", yellow: "33", red: "31", dim: "2" } as const;
export type Colour = keyof typeof codes;

/** A function that colours a text for stdout, or leaves it as it is. */
export function colours({ stdout, environment }: Pick<CliNeeds, "stdout" | "environment">) {
  const on = isColoured({ stdout, environment });
  return (colour: Colour, text: string) =>
    on && text !== "" ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text;
}

export function isColoured({ stdout, environment }: Pick<CliNeeds, "stdout" | "environment">): boolean {
  return stdout.isTTY === true && !environment["NO_COLOR"];
}
