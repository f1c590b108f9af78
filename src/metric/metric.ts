// One measured value, and what must hold for it wherever it goes.

/** Names and values of a series' tags. */
export type Tags = Readonly<Record<string, string>>;

export interface Metric {
  /** Dotted, such as `cpustats.%idle`. */
  readonly name: string;
  readonly tags: Tags;
  /** Finite. */
  readonly value: number;
  /** Milliseconds since 1970, whole; may be negative. */
  readonly timestampMs: number;
}

export const noTags: Tags = Object.freeze({});

/**
 * Where a batch came in: by a collector, by a metric program, by POST /metric/append, by a listener, by a push over
 * HTTP. The journal writes the place in this list: new ones go to its end.
 */
export const origins = [
  "collectors",
  "programs",
  "append",
  "statsd",
  "graphite",
  "collectd",
  "push",
] as const;
export type Origin = (typeof origins)[number];

/** Metrics that came together and are kept together. */
export interface Batch {
  readonly origin: Origin;
  /** The one collector that made all of it; not kept on disk. */
  readonly collector?: string;
  /** Host that was measured; empty for the agent's own. */
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly timestampMs: number;
  /** May be empty: a report that says nothing is a report (contract happo §13.4, T3). */
  readonly metrics: readonly Metric[];
}

const nameLimit = 1024;
const textLimit = 512;
const tagLimit = 32;
/** About 71,000 years to either side: sums of two stay exact. */
const timeLimitMs = 2 ** 51;

/** Why this is no metric, or undefined when it is one. */
export function faultOf({ name, tags, value, timestampMs }: Metric): string | undefined {
  return (
    faultOfName(name) ??
    faultOfTags(tags) ??
    (Number.isFinite(value) ? undefined : `the value ${value} is not finite`) ??
    faultOfTime(timestampMs)
  );
}

/** Why this is no name of a metric, or undefined when it is one. */
export function faultOfName(name: string): string | undefined {
  return faultOfText("name", name, nameLimit);
}

export function faultOfTime(timestampMs: number): string | undefined {
  if (Number.isInteger(timestampMs) && Math.abs(timestampMs) <= timeLimitMs) return undefined;
  return `the timestamp ${timestampMs} is no time`;
}

/** Why this is no name of a host, or undefined when it is one, or empty. */
export function faultOfHost(host: string): string | undefined {
  return host === "" ? undefined : faultOfText("host name", host);
}

function faultOfTags(tags: Tags): string | undefined {
  let count = 0;
  for (const key in tags) {
    count += 1;
    const fault = faultOfText("tag name", key) ?? faultOfText(`tag ${key}`, tags[key] ?? "");
    if (fault !== undefined) return fault;
  }
  return count > tagLimit ? `more than ${tagLimit} tags` : undefined;
}

function faultOfText(what: string, text: string, limit = textLimit): string | undefined {
  if (text === "") return `an empty ${what}`;
  if (text.length > limit) return `a ${what} of more than ${limit} characters`;
  // Half a surrogate pair is no text: two of them would be one and the same when they are read back.
  return /[\p{Cc}\p{Cs}]/u.test(text) ? `a ${what} with control characters or half characters` : undefined;
}
