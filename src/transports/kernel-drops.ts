// Datagrams that the kernel dropped because a socket's buffer was full, as /proc/net/udp counts them.
import { readlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";

const tables = ["/proc/net/udp", "/proc/net/udp6"];

/** Undefined where it cannot be known. `descriptor` is one of this process's own. */
export async function kernelDropsOf(descriptor: number): Promise<number | undefined> {
  const inode = inodeOf(descriptor);
  if (inode === undefined) return undefined;
  for (const table of tables) {
    const drops = dropsIn(await readFile(table, "latin1").catch(() => ""), inode);
    if (drops !== undefined) return drops;
  }
  return undefined;
}

function inodeOf(descriptor: number): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${descriptor}`))?.[1];
  } catch {
    return undefined;
  }
}

/** Columns: … inode (10th), …, drops (last). */
function dropsIn(table: string, inode: string): number | undefined {
  for (const line of table.split("\n")) {
    const fields = line.trim().split(/ +/);
    if (fields[9] === inode) return Number(fields.at(-1));
  }
  return undefined;
}
