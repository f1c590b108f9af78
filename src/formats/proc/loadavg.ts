// /proc/loadavg (proc(5)): three averages, runnable and all scheduling entities, the newest process.

export interface LoadAverage {
  readonly load1: number;
  readonly load5: number;
  readonly load15: number;
}

/** Undefined when the text is something else. */
export function parseLoadAverage(text: string): LoadAverage | undefined {
  const [load1, load5, load15] = text.split(" ").map(Number);
  if (load1 === undefined || load5 === undefined || load15 === undefined) return undefined;
  return [load1, load5, load15].every(Number.isFinite) ? { load1, load5, load15 } : undefined;
}
