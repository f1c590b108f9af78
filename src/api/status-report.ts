// The body of GET /status (contract happo §7.1).
import type { Clock } from "../kernel/clock.ts";
import type { Telemetry } from "../kernel/telemetry.ts";
import type { HttpsServer } from "../transports/https-server.ts";
import type { CertificateKeeper } from "./certificate-keeper.ts";
import type { StatusAnswer } from "./contract/index.ts";

export interface StatusNeeds {
  readonly version: string;
  readonly programs: StatusAnswer["programs"];
  readonly storeFigures: () => Promise<Record<string, string>>;
  /** What waits to be handed over: Unix seconds of the first and the last record, and how many there are. */
  readonly metricBuffer: () => Promise<{ oldest: number; newest: number; length: number }>;
  readonly metricProgramsEnabled: boolean;
}

/** Records that fit when one comes every minute and all are kept for a week. */
const weekOfMinutes = 7 * 24 * 60;

interface Own {
  readonly keeper: CertificateKeeper;
  readonly server: () => HttpsServer;
}

export function createStatusReport(
  needs: StatusNeeds & { readonly clock: Clock; readonly telemetry: Telemetry },
  { keeper, server }: Own,
): () => Promise<StatusAnswer> {
  const startedMs = needs.clock.monotonicMs();
  return async () => {
    const resources = process.getActiveResourcesInfo();
    const { engine, running, waiting, leaked } = needs.programs;
    const { open, waiting: waitingConnections, limit } = server().gate;
    const { fingerprint, subject, notAfter } = keeper.current;
    return {
      app_version: needs.version,
      uptime_seconds: Math.floor((needs.clock.monotonicMs() - startedMs) / 1000),
      num_goroutine: Math.max(1, resources.length),
      metric_buffer_status: await bufferStatus(needs),
      callers: [...new Set(resources)].sort(),
      leveldb_properties: await needs.storeFigures(),
      disable_collect_metrics: !needs.metricProgramsEnabled,
      pid: process.pid,
      listen: [...server().addresses],
      certificate: { fingerprint, subject, not_after: notAfter.toISOString(), replaced: keeper.replaced },
      programs: { engine, running, waiting, leaked },
      connections: { open, waiting: waitingConnections, limit },
      telemetry: telemetryOf(needs.telemetry),
    };
  };
}

/** The numbers that the oldest clients know (contract happo §2.4, D6). */
async function bufferStatus({ metricBuffer }: StatusNeeds): Promise<StatusAnswer["metric_buffer_status"]> {
  const { oldest, newest, length } = await metricBuffer();
  return { newest_timestamp: newest, oldest_timestamp: oldest, length, capacity: weekOfMinutes };
}

function telemetryOf(telemetry: Telemetry): Record<string, number> {
  const entries = telemetry.samples().map(({ name, labels, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
    return [pairs.length === 0 ? name : `${name}{${pairs.join(",")}}`, value] as const;
  });
  return Object.fromEntries(entries);
}
