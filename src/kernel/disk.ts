// Where files that must outlast a loss of power are opened: an argument, so that tests can give a disk that forgets.
import { open } from "node:fs/promises";

export interface Disk {
  /** As `open` of node:fs/promises. What was written and not synced may be gone after a loss of power. */
  readonly open: typeof open;
}

export const systemDisk: Disk = { open };
