// Where two answers differ: the first place, in words; undefined when they are the same.

const closeness = 1e-9;

interface RenderedSeries {
  readonly target: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly datapoints: readonly (readonly [number | null, number])[];
}

export function differenceOfSeries(ours: unknown, theirs: unknown): string | undefined {
  const [own, other] = [ours as RenderedSeries[], theirs as RenderedSeries[]];
  const names = (list: RenderedSeries[]) => list.map(({ target }) => target);
  if (names(own).join("\n") !== names(other).join("\n")) {
    return `names: ${JSON.stringify(names(own))} and ${JSON.stringify(names(other))}`;
  }
  for (const [place, series] of own.entries()) {
    const found = differenceOfOne(series, other[place]!);
    if (found !== undefined) return `${series.target}: ${found}`;
  }
  return undefined;
}

function differenceOfOne(own: RenderedSeries, other: RenderedSeries): string | undefined {
  if (own.datapoints.length !== other.datapoints.length) {
    return `${own.datapoints.length} points from ${own.datapoints[0]} and ${other.datapoints.length} from ${other.datapoints[0]}`;
  }
  for (const [place, [value, timeS]] of own.datapoints.entries()) {
    const [otherValue, otherTimeS] = other.datapoints[place]!;
    if (timeS !== otherTimeS) return `point ${place} is at ${timeS} and ${otherTimeS}`;
    if (!areClose(value, otherValue)) return `point ${place} is ${value} and ${otherValue}`;
  }
  return differenceOf(own.tags, other.tags);
}

function areClose(one: number | null, other: number | null): boolean {
  if (one === null || other === null || one === other) return one === other;
  return Math.abs(one - other) <= closeness * Math.max(Math.abs(one), Math.abs(other));
}

/** Of anything that is JSON, numbers but nearly the same. */
export function differenceOf(ours: unknown, theirs: unknown, path = ""): string | undefined {
  if (typeof ours === "number" && typeof theirs === "number") {
    return areClose(ours, theirs) ? undefined : `${path}: ${ours} and ${theirs}`;
  }
  if (typeof ours !== "object" || typeof theirs !== "object" || ours === null || theirs === null) {
    return ours === theirs ? undefined : `${path}: ${JSON.stringify(ours)} and ${JSON.stringify(theirs)}`;
  }
  const own = ours as Record<string, unknown>;
  const other = theirs as Record<string, unknown>;
  for (const key of new Set([...Object.keys(own), ...Object.keys(other)])) {
    const found = differenceOf(own[key], other[key], `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
