// What a check program's end means to the caller (contract happo §4).

/** How a program ended, as much of it as a check needs. */
export interface ProgramRun {
  /** Path, blank, option. */
  readonly command: string;
  readonly timedOut: boolean;
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The two outputs as one message, exactly as the older system composes it: nothing is trimmed. */
export function messageOf({ stdout, stderr }: Pick<ProgramRun, "stdout" | "stderr">): string {
  if (stdout === "") return `stdout=, stderr=${stderr}`;
  return stderr === "" ? stdout : `${stdout}, stderr=${stderr}`;
}
