// The formats of lines that outputs for any reader offer.
import * as z from "zod";
import { createGraphiteLine } from "../../../formats/graphite-line.ts";
import { createInfluxLine } from "../../../formats/influx-line.ts";
import { metricJson } from "../../../formats/metric-json.ts";
import type { Line } from "./delivery-text.ts";

const lineFormats = ["json", "influx", "graphite"] as const;
export type LineFormat = (typeof lineFormats)[number];

export function lineFormat() {
  return z
    .enum(lineFormats)
    .default("json")
    .describe("One line for each metric: a JSON object, InfluxDB's line protocol or Graphite's plaintext.");
}

export function lineOf(format: LineFormat): Line {
  if (format === "influx") return createInfluxLine("value");
  return format === "graphite"
    ? createGraphiteLine({ prefix: "", tags: "graphite", host: "tag" })
    : metricJson;
}
