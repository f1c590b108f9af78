// The Prometheus text format, version 0.0.4, and OpenMetrics 1.0: written for scrapers, read from programs.
import { isLegalLabel, isLegalName } from "./prometheus-escape.ts";
import { parseDecimal } from "./sensu-metric.ts";

/** Of a number of which nobody says how it behaves nothing is claimed. */
export type FamilyKind = "counter" | "gauge" | "untyped";

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  /** As a scraper sees it; counters end in `_total`. */
  readonly name: string;
  readonly kind: FamilyKind;
  readonly help: string;
  readonly samples: readonly Sample[];
}

export type Exposition = "prometheus" | "openmetrics";

/** Characters of a part that is given at once. */
const partLength = 32 * 1024;

/**
 * The families in their order, each sample a line; in parts, which are whole lines. Names that Prometheus does not take
 * as they are stand in quotes, as version 1.0.0 of both formats has them.
 */
export function* writeExposition(families: Iterable<Family>, form: Exposition): Generator<string> {
  let text = "";
  for (const family of families) {
    text += headText(family, form);
    const lineOf = lineWriter(family.name);
    for (const sample of family.samples) {
      text += lineOf(sample);
      if (text.length < partLength) continue;
      yield text;
      text = "";
    }
  }
  yield form === "openmetrics" ? `${text}# EOF\n` : text;
}

/** Names that are not legal stand within the braces. */
function lineWriter(name: string): (sample: Sample) => string {
  if (isLegalName(name))
    return ({ labels, value }) => {
      const inner = labelText(labels, "");
      return inner === "" ? `${name} ${numberText(value)}\n` : `${name}{${inner}} ${numberText(value)}\n`;
    };
  const first = quoted(name);
  return ({ labels, value }) => `{${labelText(labels, first)}} ${numberText(value)}\n`;
}

function headText({ name: full, help, kind }: Family, form: Exposition): string {
  const isOpen = form === "openmetrics";
  // OpenMetrics names a counter's family without the suffix that its samples have.
  const plain = isOpen && kind === "counter" ? full.replace(/_total$/, "") : full;
  const name = isLegalName(plain) ? plain : quoted(plain);
  const type = isOpen && kind === "untyped" ? "unknown" : kind;
  return `# HELP ${name} ${escapeHelp(help, form)}\n# TYPE ${name} ${type}\n`;
}

function labelText(labels: Readonly<Record<string, string>>, before: string): string {
  let text = before;
  for (const key in labels) {
    const name = isLegalLabel(key) ? key : quoted(key);
    text += `${text === "" ? "" : ","}${name}=${quoted(labels[key] ?? "")}`;
  }
  return text;
}

function quoted(text: string): string {
  return `"${escapeLabel(text)}"`;
}

function escapeLabel(value: string): string {
  return /[\\"\n]/.test(value) ? value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n") : value;
}

function escapeHelp(help: string, form: Exposition): string {
  const escaped = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return form === "openmetrics" ? escaped.replaceAll('"', '\\"') : escaped;
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}

export interface ReadSample extends Sample {
  readonly name: string;
  /** Milliseconds since 1970, where the line says so. */
  readonly timestampMs: number | undefined;
}

export interface ReadExposition {
  readonly samples: readonly ReadSample[];
  /** Lines that are no comment and no sample of a finite value. */
  readonly refusedCount: number;
}

const sampleLine =
  /^([a-zA-Z_:][\w:]*)(?:[ \t]*\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\}[ \t]*|[ \t]+)([^ \t]+)(?:[ \t]+(-?\d{1,16}))?$/;
/** Characters of the longest line that is looked at. */
const lineLimit = 64 * 1024;

/** Every sample that is finite; other lines are counted. Total: anything is read. */
export function parseExposition(text: string): ReadExposition {
  const samples: ReadSample[] = [];
  let refusedCount = 0;
  for (const raw of text.split("\n")) {
    const line = raw.trimEnd();
    if (line === "" || line.startsWith("#")) continue;
    const sample = parseSample(line);
    if (sample === undefined) refusedCount += 1;
    else samples.push(sample);
  }
  return { samples, refusedCount };
}

function parseSample(line: string): ReadSample | undefined {
  if (line.length > lineLimit) return undefined;
  const [whole, name, labelsText, valueText = "", time] = sampleLine.exec(line) ?? [];
  if (whole === undefined || name === undefined) return undefined;
  const value = parseDecimal(valueText);
  const labels = parseLabels(labelsText ?? "");
  if (value === undefined || !Number.isFinite(value) || labels === undefined) return undefined;
  return { name, labels, value, timestampMs: time === undefined ? undefined : Number(time) };
}

const oneLabel = /[ \t]*([a-zA-Z_]\w*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(?:,|$)/y;

function parseLabels(text: string): Readonly<Record<string, string>> | undefined {
  const labels: [string, string][] = [];
  let place = 0;
  while (place < text.length && text.slice(place).trim() !== "") {
    oneLabel.lastIndex = place;
    const found = oneLabel.exec(text);
    if (found === null) return undefined;
    const [, key = "", value = ""] = found;
    labels.push([key, value.replace(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped))]);
    place = oneLabel.lastIndex;
  }
  return Object.fromEntries(labels);
}
