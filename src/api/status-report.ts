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
}

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
      metric_buffer_status: { newest_timestamp: 0, oldest_timestamp: 0, length: 0, capacity: 0 },
      callers: [...new Set(resources)].sort(),
      leveldb_properties: await needs.storeFigures(),
      disable_collect_metrics: true,
      pid: process.pid,
      listen: [...server().addresses],
      certificate: { fingerprint, subject, not_after: notAfter.toISOString() },
      programs: { engine, running, waiting, leaked },
      connections: { open, waiting: waitingConnections, limit },
      telemetry: telemetryOf(needs.telemetry),
    };
  };
}

function telemetryOf(telemetry: Telemetry): Record<string, number> {
  const entries = telemetry.samples().map(({ name, labels, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
    return [pairs.length === 0 ? name : `${name}{${pairs.join(",")}}`, value] as const;
  });
  return Object.fromEntries(entries);
}
