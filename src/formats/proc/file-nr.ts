// /proc/sys/fs/file-nr (proc(5)): open files of the whole host, a number that is always 0, and the most there may be.
import { columnsOf, countersOf } from "./columns.ts";

export interface OpenFiles {
  readonly allocated: number;
  readonly max: number;
}

/** Undefined when the text is something else. */
export function parseFileNr(text: string): OpenFiles | undefined {
  const [allocated, , max] = countersOf(columnsOf(text)) ?? [];
  return allocated === undefined || max === undefined ? undefined : { allocated, max };
}
