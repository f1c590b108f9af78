// Messages for a stream: one for each parcel, or several where the server's limit is lower.
import { createInfluxLine } from "../../../formats/influx-line.ts";
import { metricJson } from "../../../formats/metric-json.ts";
import { idOfPart } from "../../deliveries.ts";
import type { Parcel } from "../../output.ts";

export interface NatsMessage {
  readonly subject: string;
  /** Says which metrics are in it, all of them behind each other: by it the stream knows what it has. */
  readonly id: string;
  readonly payload: Buffer;
}

export interface Packed {
  readonly messages: readonly NatsMessage[];
  /** Metrics that fit into no message. */
  readonly refused: number;
}

interface PackingConfig {
  readonly subject: string;
  readonly format: "json" | "influx";
}

export function createPacking({
  subject,
  format,
}: PackingConfig): (parcels: readonly Parcel[], limitBytes: number) => Packed {
  const line = format === "json" ? metricJson : createInfluxLine("value");
  return (parcels, limitBytes) => {
    const messages: NatsMessage[] = [];
    let refused = 0;
    for (const { id, host, metrics } of parcels) {
      const lines = metrics.map((metric) => line(metric, host));
      refused += lines.length;
      for (const { place, text, count } of textsWithin(lines, limitBytes)) {
        refused -= count;
        messages.push({
          subject: subject.replaceAll("{host}", subjectWord(host)),
          id: count === metrics.length ? id : idOfPart(id, place, count),
          payload: Buffer.from(text),
        });
      }
    }
    return { messages, refused };
  };
}

interface Stretch {
  /** Of its first line. */
  readonly place: number;
  readonly text: string;
  readonly count: number;
}

/** Lines that stand behind each other, as many as fit: one that is too large by itself ends a stretch and is in none. */
function textsWithin(lines: readonly string[], limitBytes: number): Stretch[] {
  const stretches: Stretch[] = [];
  let open = { place: 0, text: "", count: 0 };
  let openBytes = 0;
  const close = (next: number) => {
    if (open.count > 0) stretches.push(open);
    open = { place: next, text: "", count: 0 };
    openBytes = 0;
  };
  for (const [place, line] of lines.entries()) {
    const bytes = Buffer.byteLength(line);
    if (openBytes + bytes > limitBytes) close(place);
    if (bytes > limitBytes) {
      close(place + 1);
      continue;
    }
    open.text += line;
    open.count += 1;
    openBytes += bytes;
  }
  close(lines.length);
  return stretches;
}

function subjectWord(host: string): string {
  return host.replace(/[.*>\s\p{Cc}]/gu, "_");
}

/** What a stream listens to so that it gets every host's messages. */
export function subjectPattern(subject: string): string {
  return subject
    .split(".")
    .map((word) => (word.includes("{host}") ? "*" : word))
    .join(".");
}
