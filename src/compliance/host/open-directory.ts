// Directories opened part by part, so that a link that somebody planted leads nowhere else.
import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, readlink } from "node:fs/promises";
import { posix } from "node:path";
import { cannot } from "../running/turn.ts";

export interface OpenDirectory {
  readonly stat: Stats;
  /** Path of an entry, for as long as this is open: where the name stood may change, the directory does not. */
  readonly at: (name: string) => string;
  readonly close: () => Promise<void>;
}

const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const mostLinks = 20;

/** The directory and the name in it. Throws for what is no whole path of something. */
export function splitPath(path: string): { directory: string; name: string } {
  const isWhole = path.startsWith("/") && !/\p{Cc}/u.test(path) && !path.split("/").includes("..");
  const name = posix.basename(path);
  if (!isWhole || name === "" || name === ".") throw cannot(`${JSON.stringify(path)} is no whole path`);
  return { directory: posix.dirname(path), name };
}

/**
 * Opens a directory below `root`, which is taken for `/`. Links on the way are followed only where root, or whoever the
 * agent runs as, made them. Rejects with the system's reason where there is no such directory.
 */
export async function openDirectory(root: string, path: string): Promise<OpenDirectory> {
  const walk: Walk = { pending: partsOf(path), done: [], links: 0 };
  let here = await open(root, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    for (let part = walk.pending.shift(); part !== undefined; part = walk.pending.shift()) {
      const next = await step(here, { part, root, walk });
      await here.close();
      here = next;
    }
    const directory = entryPath(here, root, walk.done);
    return { stat: await here.stat(), at: (name) => `${directory}/${name}`, close: () => here.close() };
  } catch (thrown) {
    await here.close();
    throw thrown;
  }
}

interface Walk {
  pending: string[];
  done: string[];
  links: number;
}

interface Step {
  readonly part: string;
  readonly root: string;
  readonly walk: Walk;
}

async function step(here: FileHandle, { part, root, walk }: Step): Promise<FileHandle> {
  if (part === "..") {
    walk.pending = [...walk.done.slice(0, -1), ...walk.pending];
    return await restart(root, walk);
  }
  const entry = `${entryPath(here, root, walk.done)}/${part}`;
  const found = await lstat(entry);
  if (!found.isSymbolicLink()) {
    const next = await open(entry, directoryFlags);
    walk.done.push(part);
    return next;
  }
  walk.links += 1;
  if (walk.links > mostLinks) throw cannot(`/${[...walk.done, part].join("/")} leads through too many links`);
  if (!isTrusted(found.uid))
    throw cannot(
      `/${[...walk.done, part].join("/")} is a link that the user ${found.uid} made; it is not followed`,
    );
  const target = await readlink(entry);
  const above = target.startsWith("/") ? [] : walk.done;
  walk.pending = [...above, ...partsOf(target), ...walk.pending];
  return await restart(root, walk);
}

async function restart(root: string, walk: Walk): Promise<FileHandle> {
  walk.done = [];
  return await open(root, constants.O_RDONLY | constants.O_DIRECTORY);
}

/** Whether that user may do as the agent may. */
export function isTrusted(uid: number): boolean {
  return uid === 0 || uid === process.geteuid?.();
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

/** Through the handle where the system has a way; there the directory cannot be exchanged any more. */
function entryPath({ fd }: FileHandle, root: string, done: readonly string[]): string {
  return process.platform === "linux" ? `/proc/self/fd/${fd}` : posix.join(root, ...done);
}
