// Loda's KERNEL, TIME and COREDUMP types (contract loda §6.7).
import type { LoginRecord } from "../../formats/proc/utmp.ts";
import { type CoreSample, isRecent } from "../collectors/core-dumps.ts";
import type { LoginSample } from "../collectors/logins.ts";
import type { OffsetSample } from "../collectors/time-offset.ts";
import { type LodaPoint, points, type SamplesOf, samplesOf } from "./point.ts";

/** One point for each login of the last five minutes, at the time of the login: 1 for success. */
export function loginPoints(samples: SamplesOf): LodaPoint[] {
  const logins = samplesOf<LoginSample>(samples, "logins")?.sample;
  if (logins === undefined) return [];
  return [
    ...logins.succeeded.map((record) => loginPoint(record, true)),
    ...logins.failed.map((record) => loginPoint(record, false)),
  ];
}

/** The consumer refuses tags without a value. */
function loginPoint({ user, remote, device, atMs }: LoginRecord, success: boolean): LodaPoint {
  const told = Object.entries({ user, remote, device }).filter(([, value]) => value.trim() !== "");
  return {
    name: "kernel.user.login",
    tags: { ...Object.fromEntries(told), success: String(success) },
    value: success ? 1 : 0,
    timestampMs: atMs,
  };
}

export function timePoints(samples: SamplesOf): LodaPoint[] {
  const offset = samplesOf<OffsetSample>(samples, "timeoffset")?.sample.offsetSeconds;
  return points({}, { "time.offset": offset });
}

/** One point for each core dump of the last minute. */
export function coreDumpPoints(samples: SamplesOf): LodaPoint[] {
  const cores = samplesOf<CoreSample>(samples, "coredumps")?.sample;
  if (cores === undefined) return [];
  return cores.files
    .filter((file) => isRecent(file, cores.readAtMs))
    .flatMap(({ service }) => points({ service }, { "app.service.coredump": 1 }));
}
