// The host's own files, /proc and /sys above all, as collectors read them: text or nothing, from a root that tests can set.
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statSync,
} from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { AgentError, reasonOf, systemCode } from "../kernel/errors.ts";

/** Figures of a file system as statfs gives them; sizes in blocks of `blockBytes`. */
export interface FileSystemFigures {
  readonly blockBytes: number;
  readonly blocks: number;
  readonly freeBlocks: number;
  /** Free for everybody, without root's reserve. */
  readonly availableBlocks: number;
  readonly inodes: number;
  readonly freeInodes: number;
}

export interface FileFacts {
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
}

export interface HostFiles {
  /** Whole text of a file; undefined when it is not there or cannot be read. At most 8 MiB. */
  text(path: string): Promise<string | undefined>;
  /** The same for a file that must be there. Throws `host.file`. */
  required(path: string): Promise<string>;
  /** The last bytes of a file, at most 8 MiB; undefined as above. */
  tail(path: string, limitBytes: number): Promise<Buffer | undefined>;
  /** Size and age of a file or directory; undefined when it is not there. */
  facts(path: string): Promise<FileFacts | undefined>;
  /** Names in a directory; none when it is not there. */
  list(path: string): Promise<readonly string[]>;
  /** False for a file or directory that is there and not for us to read: nothing found in it means nothing. */
  mayRead(path: string): Promise<boolean>;
  /** Names of the directories in a directory, links to directories not among them. */
  folders(path: string): Promise<readonly string[]>;
  /** Target of a symbolic link. */
  link(path: string): Promise<string | undefined>;
  /** May take for ever on a file system whose server is gone. */
  fileSystem(path: string): Promise<FileSystemFigures>;
}

const limitBytes = 8 * 1024 * 1024;
/** A pipe or a terminal where a file was named must not hold up everything else. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
const chunk = Buffer.allocUnsafe(64 * 1024);

/**
 * Files below `root`, which is `/` unless the host is seen from inside a container. From there `/proc/self` is this very
 * process, with the container's mounts and network: those of the host are its first process's.
 */
export function createHostFiles(root = "/"): HostFiles {
  const at = (path: string) => {
    if (root === "/") return path;
    const ofFirst = path.replace(/^\/proc\/(?=net\/)|^\/proc\/(?:self\/)?(?=mounts$)/, "/proc/1/");
    const inside = join(root, ofFirst);
    return ofFirst === path || existsSync(inside) ? inside : join(root, path);
  };
  return {
    text: async (path) => orNothing(() => readWhole(at(path))),
    async required(path) {
      try {
        return readWhole(at(path));
      } catch (thrown) {
        throw new AgentError("host.file", { path: at(path), reason: reasonOf(thrown), cause: thrown });
      }
    },
    tail: async (path, limitBytes) => orNothing(() => readTail(at(path), limitBytes)),
    facts: async (path) =>
      orNothing(() => {
        const { size, mtimeMs } = statSync(at(path));
        return { sizeBytes: size, modifiedMs: mtimeMs };
      }),
    list: async (path) => orNothing(() => readdirSync(at(path))) ?? [],
    async mayRead(path) {
      try {
        accessSync(at(path), constants.R_OK);
        return true;
      } catch (thrown) {
        return systemCode(thrown) !== "EACCES" && systemCode(thrown) !== "EPERM";
      }
    },
    folders: async (path) => orNothing(() => foldersIn(at(path))) ?? [],
    link: async (path) => orNothing(() => readlinkSync(at(path))),
    async fileSystem(path) {
      const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(at(path));
      return {
        blockBytes: bsize,
        blocks,
        freeBlocks: bfree,
        availableBlocks: bavail,
        inodes: files,
        freeInodes: ffree,
      };
    },
  };
}

/**
 * Read at once and not through the thread pool: the kernel makes these texts in memory, in a tenth of the time that a
 * trip through the pool takes. Size and position mean nothing there, so it is read until there is no more.
 */
function readWhole(path: string): string {
  const descriptor = openSync(path, flags);
  const parts: Buffer[] = [];
  let total = 0;
  try {
    for (;;) {
      const count = readSync(descriptor, chunk, 0, chunk.length, null);
      if (count === 0 || total > limitBytes) break;
      parts.push(Buffer.from(chunk.subarray(0, count)));
      total += count;
    }
  } finally {
    closeSync(descriptor);
  }
  return (parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)).toString("utf8");
}

/** Where a file grows meanwhile, its end is where it was when it was opened. */
function readTail(path: string, wantedBytes: number): Buffer {
  const descriptor = openSync(path, flags);
  try {
    const { size } = fstatSync(descriptor);
    const bytes = Buffer.allocUnsafe(Math.min(size, wantedBytes, limitBytes));
    const count = readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
    return bytes.subarray(0, count);
  } finally {
    closeSync(descriptor);
  }
}

function foldersIn(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function orNothing<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
