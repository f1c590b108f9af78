// InfluxDB's line protocol, written: `cpu.idle,core=0,host=web01 value=38.55 1700000000000`.
import type { Metric, Tags } from "../metric/metric.ts";
import { percentEscaped } from "./percent-escape.ts";

/** One line with its newline; the timestamp in milliseconds. A tag `host` of the metric's own wins. */
export type InfluxLine = (metric: Metric, host: string) => string;

/** Lines with one field of this name. What the protocol cannot say is escaped, see `sayable`. */
export function createInfluxLine(field: string): InfluxLine {
  const fieldText = ` ${escapedTag(field)}=`;
  let lastHost = "";
  let hostText = "";
  return ({ name, tags, value, timestampMs }, host) => {
    if (host !== lastHost) {
      lastHost = host;
      hostText = `,host=${escapedTag(host)}`;
    }
    const head = escapedMeasurement(name) + tagsText(tags);
    const ownHost = host === "" || (tags["host"] ?? "") !== "";
    return `${ownHost ? head : head + hostText}${fieldText}${value} ${timestampMs}\n`;
  };
}

function tagsText(tags: Tags): string {
  let text = "";
  for (const tag in tags) {
    const value = tags[tag] ?? "";
    if (value !== "") text += `,${escapedTag(tag)}=${escapedTag(value)}`;
  }
  return text;
}

const special = /[,= \\\p{Cc}]|^#|%[\dA-F]{2}/u;

function escapedMeasurement(text: string): string {
  // A line that begins with # is a comment, and nothing escapes it.
  return special.test(text) ? sayable(text, /^#|\p{Cc}|\\(?=[,= ]|$)/gu).replace(/[, ]/g, "\\$&") : text;
}

function escapedTag(text: string): string {
  return special.test(text) ? sayable(text, /\p{Cc}|\\(?=[,= ]|$)/gu).replace(/[,= ]/g, "\\$&") : text;
}

/**
 * A backslash escapes what comes after it and nothing escapes a backslash, so one at the end or before a character that
 * is escaped cannot be said: its number stands for it.
 */
function sayable(text: string, unsayable: RegExp): string {
  return percentEscaped(text, unsayable);
}
