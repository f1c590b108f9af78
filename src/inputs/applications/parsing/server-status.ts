// The page of Apache's mod_status in its form for programs: lines of a name, a colon and a value.

export interface ServerStatus {
  /** Requests since the start; undefined where the server does not keep extended figures. */
  readonly accesses: number | undefined;
  readonly uptimeSeconds: number | undefined;
  readonly busyWorkers: number;
  readonly idleWorkers: number;
}

/** Undefined for every other text. */
export function parseServerStatus(text: string): ServerStatus | undefined {
  const busyWorkers = numberAfter(text, "BusyWorkers");
  const idleWorkers = numberAfter(text, "IdleWorkers");
  if (busyWorkers === undefined || idleWorkers === undefined) return undefined;
  return {
    accesses: numberAfter(text, "Total Accesses"),
    uptimeSeconds: numberAfter(text, "Uptime"),
    busyWorkers,
    idleWorkers,
  };
}

function numberAfter(text: string, name: string): number | undefined {
  const digits = new RegExp(`^${name}: (\\d{1,15})\\s*$`, "m").exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
