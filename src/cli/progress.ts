// A word on stderr when something takes over a second, so that nobody wonders whether it hangs.
import type { Output } from "./cli-needs.ts";

const patienceMs = 1000;

/** Waits for `work`; after a second it says what is being done, and at the end how long it took. */
export async function withProgress<Result>(
  what: string,
  work: Promise<Result>,
  output: Output,
): Promise<Result> {
  const began = performance.now();
  let said = false;
  const timer = setTimeout(() => {
    said = true;
    output.write(`${what} ... `);
  }, patienceMs);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    if (said) output.write(`${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  }
}
