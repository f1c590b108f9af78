// A resolution: how far apart points are, how long they are kept, and how much time one file holds.
import { formatDuration, parseDuration } from "../../kernel/duration.ts";

export interface Resolution {
  /** Folder name, such as `10s`. */
  readonly name: string;
  /** Width of a slot. */
  readonly everyMs: number;
  readonly keepMs: number;
  /** Time that one block holds; a multiple of `everyMs`. */
  readonly spanMs: number;
}

/** As it is written: the span is chosen with the finer resolutions in sight. */
export type ResolutionText = Omit<Resolution, "spanMs">;

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
/** Each divides the next, so that spans of coarser resolutions begin where spans of finer ones do. */
const usualSpansMs = [10 * minuteMs, 120 * minuteMs, dayMs, 7 * dayMs, 28 * dayMs, 364 * dayMs];
/** A chunk of fewer points pays too much for its head, one of many more is slow to read. */
const pointsPerSpan = 600;

/** `10s:1d` → a resolution without its span; undefined when the text is none. */
export function parseResolution(text: string): ResolutionText | undefined {
  const [every = "", keep = "", surplus] = text.split(":");
  const everyMs = parseDuration(every);
  const keepMs = parseDuration(keep);
  if (surplus !== undefined || everyMs === undefined || keepMs === undefined) return undefined;
  if (everyMs < 1 || keepMs < everyMs) return undefined;
  return { name: formatDuration(everyMs), everyMs, keepMs };
}

/** Gives each resolution its span: a multiple of the finer one's, so that spans of the finer lie within it. */
export function withSpans(resolutions: readonly ResolutionText[]): Resolution[] {
  const complete: Resolution[] = [];
  for (const resolution of resolutions) {
    const finerMs = complete.at(-1)?.spanMs ?? resolution.everyMs;
    complete.push({ ...resolution, spanMs: spanFor(resolution.everyMs, finerMs) });
  }
  return complete;
}

function spanFor(everyMs: number, finerMs: number): number {
  const leastMs = everyMs * pointsPerSpan;
  const fits = (spanMs: number) => spanMs % everyMs === 0 && spanMs % finerMs === 0 && spanMs >= leastMs;
  const togetherMs = (finerMs / commonDivisor(finerMs, everyMs)) * everyMs;
  return usualSpansMs.find(fits) ?? togetherMs * Math.ceil(leastMs / togetherMs);
}

function commonDivisor(one: number, other: number): number {
  return other === 0 ? one : commonDivisor(other, one % other);
}

/** What is wrong with resolutions in this order; undefined when nothing is. */
export function faultOfOrder(resolutions: readonly ResolutionText[]): string | undefined {
  for (const [place, { everyMs, keepMs, name }] of resolutions.entries()) {
    const finer = resolutions[place - 1];
    if (finer === undefined) continue;
    if (everyMs <= finer.everyMs || everyMs % finer.everyMs !== 0) {
      return `${name} is no multiple of ${finer.name} before it; write the finest resolution first`;
    }
    if (keepMs < finer.keepMs) return `${name} is kept for less time than ${finer.name}, which is finer`;
  }
  return undefined;
}

/** Start of the span that holds this time, in milliseconds since 1970. */
export function spanStart({ spanMs }: Resolution, timeMs: number): number {
  return Math.floor(timeMs / spanMs) * spanMs;
}
