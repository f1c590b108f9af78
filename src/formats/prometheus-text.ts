// The Prometheus text format, version 0.0.4, and OpenMetrics 1.0: written for scrapers, read from programs.
import { parseDecimal } from "./sensu-metric.ts";

export type FamilyKind = "counter" | "gauge";

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

export const contentTypes: Readonly<Record<Exposition, string>> = {
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** Characters of a part that is given at once. */
const partLength = 32 * 1024;

/** The families in their order, each sample a line; in parts, which are whole lines. */
export function* writeExposition(families: Iterable<Family>, form: Exposition): Generator<string> {
  let text = "";
  for (const family of families) {
    // OpenMetrics names a counter's family without the suffix that its samples have.
    const name = form === "openmetrics" ? family.name.replace(/_total$/, "") : family.name;
    text += `# HELP ${name} ${escapeHelp(family.help, form)}\n# TYPE ${name} ${family.kind}\n`;
    for (const { labels, value } of family.samples) {
      text += `${family.name}${labelText(labels)} ${numberText(value)}\n`;
      if (text.length < partLength) continue;
      yield text;
      text = "";
    }
  }
  yield form === "openmetrics" ? `${text}# EOF\n` : text;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  let text = "";
  for (const key in labels) text += `${text === "" ? "{" : ","}${key}="${escapeLabel(labels[key] ?? "")}"`;
  return text === "" ? "" : `${text}}`;
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
