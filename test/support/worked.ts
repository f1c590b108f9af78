// How long this process has worked, whatever else the machine does meanwhile.

/** Milliseconds of processor time since the process began. */
export function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
