// Names of core dumps: `core.SERVICE.PID.SECONDS` (contract loda §6.7), and what systemd-coredump calls them.

export interface CoreFile {
  readonly service: string;
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

const plain = /^core\.([A-Za-z0-9_-]+)\.([0-9]{1,10})\.([0-9]{1,10})$/;
/** core.NAME.UID.BOOT.PID.MICROSECONDS, with the ending of a packer. */
const systemd = /^core\.([^/]+)\.[0-9]+\.[0-9a-f]{32}\.([0-9]{1,10})\.([0-9]{16})(?:\.[a-z0-9]+)?$/;

/** Undefined for other names. */
export function parseCoreFileName(name: string): CoreFile | undefined {
  const [, service, pid, seconds] = plain.exec(name) ?? [];
  if (service !== undefined) return { service, pid: Number(pid), atMs: Number(seconds) * 1000 };
  const [, program, processId, microseconds] = systemd.exec(name) ?? [];
  if (program === undefined) return undefined;
  const atMs = Math.floor(Number(microseconds) / 1000);
  return { service: program.replace(/[^A-Za-z0-9_-]/g, "-"), pid: Number(processId), atMs };
}
