// One agent for a directory: a lock that the kernel takes back when its process ends, however it ends.
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { AgentError, reasonOf, systemCode } from "./errors.ts";

export interface DirectoryLock {
  release(): void;
  /** Released, and nothing is left that was made for it: for a start that is refused. */
  undo(): void;
}

/** LOCK_EX | LOCK_NB (flock(2)). */
const exclusiveNow = 2 | 4;
const fileName = "agent.lock";
const fileMode = 0o600;

type Flock = (descriptor: number, operation: number) => number;

/**
 * Makes the directory where it is missing. Throws `state.locked`, which names the process that has it, and
 * `state.unusable`. Where the system has no such locks, `onUnlocked` is told why and the directory is used all the same.
 */
export function lockDirectory(directory: string, onUnlocked: (reason: string) => void): DirectoryLock {
  const path = join(directory, fileName);
  let made: string | undefined;
  try {
    made = mkdirSync(directory, { recursive: true, mode: 0o700 });
    // Nothing is kept in it: what somebody put in its place is out of the way.
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
      renameSync(path, `${path}.damaged-${Date.now()}`);
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const descriptor = openSync(path, flags, fileMode);
    take(descriptor, { path, directory, onUnlocked });
    return {
      release: () => closeSync(descriptor),
      undo() {
        unlinkSync(path);
        closeSync(descriptor);
        if (made !== undefined) removeMade(directory, made);
      },
    };
  } catch (thrown) {
    if (thrown instanceof AgentError) throw thrown;
    // Nothing can be written there, by nobody: what is kept there is refused where it is written.
    if (["EROFS", "ENOSPC", "EDQUOT"].includes(systemCode(thrown) ?? "")) {
      onUnlocked(reasonOf(thrown));
      return { release: () => {}, undo: () => {} };
    }
    throw new AgentError("state.unusable", { path: directory, reason: reasonOf(thrown), cause: thrown });
  }
}

interface Wanted {
  readonly path: string;
  readonly directory: string;
  readonly onUnlocked: (reason: string) => void;
}

function take(descriptor: number, { path, directory, onUnlocked }: Wanted): void {
  const flock = loadFlock();
  if (flock === undefined) {
    onUnlocked("this system has no flock(2)");
    return;
  }
  if (!fstatSync(descriptor).isFile()) {
    closeSync(descriptor);
    throw new Error(`${path} is no file`);
  }
  if (flock(descriptor, exclusiveNow) !== 0) {
    const holder = holderOf(path);
    closeSync(descriptor);
    throw new AgentError("state.locked", { path: directory, holder });
  }
  ftruncateSync(descriptor);
  writeSync(descriptor, `${process.pid}\n`);
}

/** What the other process wrote there; it may not have come to that. */
function holderOf(path: string): string {
  const pid = /^\d{1,10}/.exec(readFileSync(path, "latin1"))?.[0];
  return pid === undefined ? "another agent" : `the agent with process id ${pid}`;
}

let loaded: { readonly flock: Flock | undefined } | undefined;

function loadFlock(): Flock | undefined {
  loaded ??= { flock: bindFlock() };
  return loaded.flock;
}

function bindFlock(): Flock | undefined {
  try {
    const koffi = createRequire(import.meta.url)("koffi") as typeof import("koffi");
    return koffi.load(null).func("int flock(int, int)") as Flock;
  } catch {
    return undefined;
  }
}

/** The directories that were made, from the innermost to the first, where nothing else has come into them. */
function removeMade(directory: string, first: string): void {
  try {
    for (let path = directory; path.length >= first.length; path = dirname(path)) rmdirSync(path);
  } catch {
    // Somebody uses it.
  }
}
