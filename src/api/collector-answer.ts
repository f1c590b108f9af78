// A collector's report in the words of the API.
import type { CollectorAnswer } from "./contract/index.ts";

export interface CollectorReport {
  readonly name: string;
  readonly summary: string;
  readonly state: CollectorAnswer["state"];
  readonly log: string;
  readonly active: boolean;
  readonly results: Readonly<Record<string, unknown>> | undefined;
  readonly metrics: number;
  readonly everyMs: number;
  readonly tookMs: number;
  readonly lastMs: number;
  readonly nextMs: number;
}

export interface CollectorsNeeds {
  readonly collectors: {
    reports(): readonly CollectorReport[];
    changes(): readonly { date: number; name: string; from: string; to: string; log: string }[];
  };
}

export function collectorAnswerOf(report: CollectorReport): CollectorAnswer {
  const { everyMs, tookMs, lastMs, nextMs, results, ...same } = report;
  return {
    ...same,
    results: results ?? null,
    every_seconds: everyMs / 1000,
    took_ms: Math.round(tookMs * 100) / 100,
    last_check: Math.floor(lastMs / 1000),
    next_check: Math.floor(nextMs / 1000),
  };
}
