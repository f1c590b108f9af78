// The messages that lodastack's router reads from NSQ (contract loda §7.1, §7.2): points of one namespace.
import type { Metric } from "../metric/metric.ts";
import { seriesKey } from "../metric/series.ts";

/** The tag that says the namespace; it is no tag of the point. */
export const namespaceTag = "ns";

const longestNamespace = 56;

/** Where a namespace's messages go, or undefined for one that no topic can be named after. */
export function topicOfNamespace(ns: string): string | undefined {
  return ns.length <= longestNamespace && /^[.a-zA-Z0-9_-]+$/.test(ns) ? `collect.${ns}` : undefined;
}

export interface LodaPoint {
  readonly text: string;
  /** Its name and tags as they stand in it: those of several series can be the same. */
  readonly series: string;
}

/** One point. Seconds that are none of 2001 to 2286 become those of now. A tag `host` of the metric's own wins. */
export function lodaPoint(metric: Metric, host: string, nowSeconds: number): LodaPoint {
  const seconds = Math.floor(metric.timestampMs / 1000);
  const tags: [string, string][] = [];
  let ownHost = false;
  for (const tag in metric.tags) {
    const value = plain((metric.tags[tag] ?? "").trim());
    if (tag === namespaceTag || value === "") continue;
    ownHost ||= tag === "host";
    tags.push([plain(tag), value]);
  }
  if (!ownHost) tags.push(["host", plain(host)]);
  const measurement = plain(metric.name);
  const said = Object.fromEntries(tags);
  const text = JSON.stringify({
    measurement,
    timestamp: seconds >= 1e9 && seconds <= 1e10 ? seconds : nowSeconds,
    tags: said,
    fields: { value: metric.value },
  });
  return { text, series: seriesKey({ name: measurement, tags: said }) };
}

/** Nobody escapes anything after this: what ends a name, a tag or a line in InfluxDB must not be in them. */
function plain(text: string): string {
  return /[,=\\\s\p{Cc}]|^#/u.test(text) ? text.replace(/[,=\\\s\p{Cc}]|^#/gu, "-") : text;
}

export interface LodaMessage {
  readonly text: string;
  readonly points: number;
}

/** As many messages as are needed to stay within `limitBytes`. A point that is larger by itself is in none. */
export function lodaMessages(topic: string, points: readonly string[], limitBytes: number): LodaMessage[] {
  const head = `{"database":${JSON.stringify(topic)},"retentionPolicy":"default","points":[`;
  const tail = '],"precision":"s"}';
  const roomBytes = limitBytes - head.length - tail.length;
  const messages: LodaMessage[] = [];
  let text = "";
  let textBytes = 0;
  let count = 0;
  const end = () => {
    if (count > 0) messages.push({ text: head + text + tail, points: count });
    text = "";
    textBytes = 0;
    count = 0;
  };
  for (const point of points) {
    const bytes = Buffer.byteLength(point) + 1;
    if (bytes - 1 > roomBytes) continue;
    if (textBytes + bytes > roomBytes + 1) end();
    text += count === 0 ? point : `,${point}`;
    textBytes += bytes;
    count += 1;
  }
  end();
  return messages;
}
