// Commands that wait until something is so: `ok` and 0, or 2 when the time is up (contract opsbro §12.2).
import { printable } from "../kernel/log.ts";
import { clientOptions } from "./agent-client.ts";
import type { CliNeeds } from "./cli-needs.ts";
import type { CommandInput, CommandOption } from "./command.ts";
import { textOf } from "./option-values.ts";
import { parseSpan } from "./time-text.ts";
import { wrongUsage } from "./wrong-usage.ts";

export const waitOptions: readonly CommandOption[] = [
  ...clientOptions.filter(({ name }) => name !== "json"),
  {
    name: "timeout",
    kind: "text",
    value: "SPAN",
    default: "30",
    help: "how long to wait: seconds, or a span such as 2m",
  },
];

const pauseMs = 250;

/**
 * Looks until it is so. `look` gives what is the matter otherwise, which is told when the time is up; what it throws is
 * thrown.
 */
export async function waitFor(
  look: () => Promise<true | string>,
  { options }: CommandInput,
  { stdout, stderr }: Pick<CliNeeds, "stdout" | "stderr">,
): Promise<number> {
  const text = textOf(options, "timeout") ?? "";
  const timeoutMs = parseSpan(text) ?? wrongUsage("--timeout is no span such as 30 or 2m");
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found === true) {
      stdout.write("ok\n");
      return 0;
    }
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) {
      stderr.write(`yagura: not within ${timeoutMs / 1000} s: ${printable(found)}\n`);
      return 2;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(pauseMs, leftMs)));
  }
}
