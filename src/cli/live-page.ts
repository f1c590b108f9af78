// A page of the terminal that is drawn again in place: once where there is no terminal.
import type { CliNeeds } from "./cli-needs.ts";

export interface LivePage {
  /** Resolves when the last page was drawn; rejects with what `page` threw. Nobody needs to wait for it. */
  readonly drawn: Promise<void>;
  /** Resolves when nothing is drawn any more. */
  stop(): Promise<void>;
}

export interface LivePageOptions {
  /** Two seconds when absent. */
  readonly everyMs?: number;
  /** Pages to draw; when absent without end on a terminal, and one otherwise. */
  readonly times?: number | undefined;
}

/** Draws what `page` gives, again and again: on a terminal over itself, otherwise below each other. */
export function startLivePage(
  page: () => Promise<string>,
  { stdout }: Pick<CliNeeds, "stdout">,
  { everyMs = 2000, times = stdout.isTTY === true ? Number.POSITIVE_INFINITY : 1 }: LivePageOptions = {},
): LivePage {
  let stopped = false;
  let wake = () => {};
  let drawnLines = 0;
  const draw = async () => {
    const text = await page();
    if (stopped) return;
    // Up to the first line of the last page, and away with all that stands below.
    const back = drawnLines === 0 || stdout.isTTY !== true ? "" : `\u001b[${drawnLines}A\u001b[J`;
    stdout.write(`${back}${text}`);
    drawnLines = text.split("\n").length - 1;
  };
  const work = async () => {
    for (let left = times; !stopped; ) {
      await draw();
      left -= 1;
      if (left <= 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const drawn = work();
  const ended = drawn.catch(() => {});
  return {
    drawn,
    async stop() {
      stopped = true;
      wake();
      await ended;
    },
  };
}
