// Messages for a stream: one for each parcel, or several where the server's limit is lower.
import { createInfluxLine } from "../../../formats/influx-line.ts";
import { metricJson } from "../../../formats/metric-json.ts";
import type { Parcel } from "../../output.ts";

export interface NatsMessage {
  readonly subject: string;
  /** The same for the same metrics: by it the stream knows what it has. */
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
      const fitting = lines.filter((text) => Buffer.byteLength(text) <= limitBytes);
      refused += lines.length - fitting.length;
      for (const [part, text] of textsWithin(fitting, limitBytes).entries())
        messages.push({
          subject: subject.replaceAll("{host}", subjectWord(host)),
          id: part === 0 ? id : `${id}/${part}`,
          payload: Buffer.from(text),
        });
    }
    return { messages, refused };
  };
}

function textsWithin(lines: readonly string[], limitBytes: number): string[] {
  const texts: string[] = [];
  let text = "";
  let textBytes = 0;
  for (const line of lines) {
    const bytes = Buffer.byteLength(line);
    if (textBytes + bytes > limitBytes) {
      texts.push(text);
      text = "";
      textBytes = 0;
    }
    text += line;
    textBytes += bytes;
  }
  return text === "" ? texts : [...texts, text];
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
