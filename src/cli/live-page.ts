// A page of the terminal that is drawn again in place: once where there is no terminal.
import type { CliNeeds } from "./cli-needs.ts";

export interface LivePage {
  /** Resolves when nothing is drawn any more. */
  stop(): Promise<void>;
}

const everyMs = 2000;

/**
 * Draws what `page` gives, again and again over itself on a terminal, once otherwise. What `page` throws ends the
 * drawing and is handed to `onFault`.
 */
export function startLivePage(
  page: () => Promise<string>,
  { stdout }: Pick<CliNeeds, "stdout">,
  onFault: (thrown: unknown) => void = () => {},
): LivePage {
  let stopped = false;
  let wake = () => {};
  let drawnLines = 0;
  const draw = async () => {
    const text = await page();
    if (stopped) return;
    // Up to the first line of the last page, and away with all that stands below.
    const back = drawnLines === 0 ? "" : `\u001b[${drawnLines}A\u001b[J`;
    stdout.write(`${back}${text}`);
    drawnLines = text.split("\n").length - 1;
  };
  const work = async () => {
    do {
      await draw();
      if (stdout.isTTY !== true) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    } while (!stopped);
  };
  const working = work().catch(onFault);
  return {
    async stop() {
      stopped = true;
      wake();
      await working;
    },
  };
}
