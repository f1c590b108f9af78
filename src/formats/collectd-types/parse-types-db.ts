// collectd's types.db: the names that the network protocol does not carry (contract collectd-monitor §6.9).

export interface DataSource {
  readonly name: string;
  readonly kind: "gauge" | "derive" | "counter" | "absolute";
  /** Undefined where there is no bound. That of a derive or a counter is for its rate. */
  readonly min: number | undefined;
  readonly max: number | undefined;
}

/** The data sources of each type, in the order of the values on the wire. */
export type CollectdTypes = ReadonlyMap<string, readonly DataSource[]>;

export interface ParsedTypes {
  readonly types: CollectdTypes;
  /** Numbers of the lines, from 1, that define nothing. */
  readonly badLines: readonly number[];
}

const lineLimitBytes = 4095;
const sourcesAtMost = 63;
const nameLimit = 127;
const kinds = new Map(
  (["gauge", "derive", "counter", "absolute"] as const).map((kind) => [kind.toUpperCase(), kind] as const),
);

/** A line that is malformed drops itself only; the last definition of a type holds. */
export function parseTypesDb(text: string): ParsedTypes {
  const types = new Map<string, readonly DataSource[]>();
  const badLines: number[] = [];
  for (const [place, line] of text.split("\n").entries()) {
    const content = line.trim();
    if (content === "" || content.startsWith("#")) continue;
    const definition = Buffer.byteLength(line) > lineLimitBytes ? undefined : parseLine(content);
    if (definition === undefined) badLines.push(place + 1);
    else types.set(...definition);
  }
  return { types, badLines };
}

function parseLine(content: string): [type: string, sources: DataSource[]] | undefined {
  const [type = "", ...fields] = content.split(/\s+/);
  if (type.length > nameLimit || fields.length === 0 || fields.length > sourcesAtMost) return undefined;
  const sources = fields.map(parseSource);
  return sources.every((source) => source !== undefined) ? [type, sources] : undefined;
}

function parseSource(field: string): DataSource | undefined {
  const [name = "", kindName = "", low = "", high = "", ...surplus] = field.replace(/,$/, "").split(":");
  const kind = kinds.get(kindName.toUpperCase());
  const [min, max] = [parseBound(low), parseBound(high)];
  if (name === "" || name.length > nameLimit || kind === undefined || surplus.length > 0) return undefined;
  return min === "none" || max === "none" ? undefined : { name, kind, min, max };
}

function parseBound(text: string): number | undefined | "none" {
  if (text === "U") return undefined;
  const value = Number(text);
  return text === "" || !Number.isFinite(value) ? "none" : value;
}
