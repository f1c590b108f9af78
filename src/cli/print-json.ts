// What scripts read.
import type { CliNeeds } from "./cli-needs.ts";

export function printJson(value: unknown, { stdout }: Pick<CliNeeds, "stdout">): number {
  stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  return 0;
}
