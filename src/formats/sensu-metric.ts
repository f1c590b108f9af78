// Lines of metric programs in Sensu's form: name, value, Unix seconds (contract happo §5.3).

export interface SensuMetrics {
  /** In order of appearance; a name that comes twice has its last value (and its first place). */
  readonly values: ReadonlyMap<string, number>;
  /** The largest timestamp in seconds; 0 where no line was usable. */
  readonly timestamp: number;
  /** Lines of three fields that say no metric, as warnings: the reason and the line, at most a few. */
  readonly refused: readonly string[];
  readonly refusedCount: number;
  /** Those of them whose value is a number, but none that can be kept: NaN and infinite ones. */
  readonly notFiniteCount: number;
}

const refusedShown = 3;
/** Longer lines say no metric. */
const lineLimit = 4096;
const lineShown = 200;
/** No program writes a double in more characters than this. */
const longestNumber = 400;
const largestSeconds = 2 ** 51 / 1000;

/**
 * Fields are separated by tabs, or by blanks where tabs do not make three fields; lines of another number of fields are
 * comments. A line whose value is not finite is left out. Total: anything is read.
 */
export function parseSensuMetrics(text: string): SensuMetrics {
  const values = new Map<string, number>();
  const refused: string[] = [];
  let refusedCount = 0;
  let notFiniteCount = 0;
  let timestamp = 0;
  for (const raw of text.split("\n")) {
    const line = lineOf(raw);
    if (line === undefined) continue;
    if (typeof line !== "string") {
      values.set(line.name, line.value);
      timestamp = Math.max(timestamp, line.seconds);
      continue;
    }
    refusedCount += 1;
    notFiniteCount += line === notFinite ? 1 : 0;
    if (refused.length < refusedShown) refused.push(`${line}: ${raw.slice(0, lineShown)}`);
  }
  return { values, timestamp, refused, refusedCount, notFiniteCount };
}

const notFinite = "a value that is not finite";

/** Three words that are no metric are a remark, as any other number of words. */
function fieldsOf(line: string): string[] | undefined {
  if (line.length > lineLimit) return undefined;
  const byTab = line.split("\t");
  if (byTab.length === 3) return byTab;
  const byBlank = line.trim().split(/ +/);
  return byBlank.length === 3 && parseDecimal(byBlank[1] ?? "") !== undefined ? byBlank : undefined;
}

interface MetricLine {
  readonly name: string;
  readonly value: number;
  readonly seconds: number;
}

/** A metric, or why the line is none; undefined for a remark. */
function lineOf(raw: string): MetricLine | string | undefined {
  const fields = fieldsOf(raw.endsWith("\r") ? raw.slice(0, -1) : raw);
  return fields === undefined ? undefined : metricOf(fields);
}

function metricOf([name = "", value = "", time = ""]: string[]): MetricLine | string {
  if (name === "" || name.length > 512 || /[\p{Cc}\p{Cs}]/u.test(name)) return "a name that cannot be used";
  const number = parseDecimal(value);
  if (number === undefined) return "a value that is no number";
  if (!Number.isFinite(number)) return notFinite;
  if (!/^[+-]?\d{1,16}$/.test(time)) return "a timestamp that is no whole number";
  const seconds = Number(time);
  if (Math.abs(seconds) > largestSeconds) return "a timestamp beyond all time";
  return { name, value: number, seconds: seconds === 0 ? 0 : seconds };
}

/** A number as Go's decimal floats are written; infinite and NaN are numbers here. Undefined for anything else. */
export function parseDecimal(text: string): number | undefined {
  if (text.length > longestNumber) return undefined;
  if (/^[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return Number(text);
  if (/^[+-]?(inf|infinity)$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return /^nan$/i.test(text) ? Number.NaN : undefined;
}
