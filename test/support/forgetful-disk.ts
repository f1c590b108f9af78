// A disk that forgets, when its power fails, what was not synced: bytes of files and names in directories alike.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Disk } from "../../src/kernel/disk.ts";
import { directoryOfTest } from "./temporary.ts";

/**
 * What is left of names that were made, changed or removed since their directory was synced: nothing, everything, or, of a
 * disk that does the later before the earlier, only that some are gone. A disk may do any of these.
 */
export const fates = ["forgotten", "kept", "forgotten, and removed"] as const;
export type NameFate = (typeof fates)[number];

export interface Step {
  readonly what: "open" | "write" | "sync";
  readonly path: string;
}

export interface ForgetfulDisk extends Disk {
  /** A directory with what is left of this one when its power fails now. */
  afterPowerLoss(unsyncedNames: NameFate): string;
  /** Called before each step. Where it throws, the step fails; where it waits for ever, the process has ended there. */
  before: (step: Step) => unknown;
  /**
   * From now on so many steps are taken, and the last of them never ends, as if the process had ended there: resolves to
   * true then. What is opened anew goes on; what waits is not to be waited for, nor stopped.
   */
  endAfter(steps: number): Promise<true>;
  /** Bytes that can still be written before the disk is full. */
  roomBytes: number;
}

/** What is below the directory now is on the disk for good. Everything is to be opened through it. */
export function forgetfulDisk(root: string): ForgetfulDisk {
  /** By the number of the file: its bytes when it was synced last. */
  const synced = new Map<number, Buffer>();
  /** By the path of the directory: which file had which name when it was synced last. */
  const names = new Map<string, Names>();
  remember(root);
  /** Files stay open, so that no number becomes another file's. */
  const held: number[] = [];
  const opened = new Set<FileHandle>();
  onTestFinished(async () => {
    for (const file of opened) await file.close();
    held.forEach(closeSync);
  });

  function remember(directory: string): void {
    names.set(directory, namesIn(directory));
    for (const [name, ino] of namesIn(directory)) {
      const path = join(directory, name);
      if (isDirectory(path)) remember(path);
      else synced.set(ino, readFileSync(path));
    }
  }

  const disk: ForgetfulDisk = {
    before: () => undefined,
    roomBytes: Number.POSITIVE_INFINITY,
    async open(path, flags, mode) {
      await disk.before({ what: "open", path: String(path) });
      const file = await open(path, flags, mode);
      const { ino } = await file.stat();
      held.push(openSync(path, "r"));
      opened.add(file);
      return watched(file, { path: String(path), ino });
    },
    endAfter(steps) {
      let left = steps;
      return new Promise((resolve) => {
        disk.before = () => {
          left -= 1;
          if (left > 0) return undefined;
          disk.before = () => undefined;
          resolve(true);
          return new Promise(() => {});
        };
      });
    },
    afterPowerLoss(unsyncedNames) {
      const copy = directoryOfTest();
      const leftOf = (path: string) =>
        new Map([...(names.get(path) ?? [])].filter(([name]) => existsSync(join(path, name))));
      const of = {
        forgotten: (path: string) => names.get(path),
        kept: namesIn,
        "forgotten, and removed": leftOf,
      };
      leave(root, copy, of[unsyncedNames]);
      return copy;
    },
  };

  function watched(file: FileHandle, { path, ino }: { path: string; ino: number }): FileHandle {
    const sync = async () => {
      await disk.before({ what: "sync", path });
      if ((await file.stat()).isDirectory()) names.set(path, namesIn(path));
      else synced.set(ino, readFileSync(`/proc/self/fd/${file.fd}`));
    };
    const write = async (bytes: Uint8Array, from: number, length: number, place: number | null) => {
      await disk.before({ what: "write", path });
      const room = Math.min(length, disk.roomBytes);
      if (room === 0) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      disk.roomBytes -= room;
      return await file.write(bytes, from, room, place);
    };
    const writeFile = async (text: string) => {
      await write(Buffer.from(text), 0, Buffer.byteLength(text), null);
    };
    const close = async () => {
      opened.delete(file);
      await file.close();
    };
    const own: Readonly<Record<PropertyKey, unknown>> = { sync, datasync: sync, write, writeFile, close };
    return new Proxy(file, {
      get(target, key) {
        const value: unknown = own[key] ?? Reflect.get(target, key);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  }

  function leave(from: string, to: string, namesOf: (path: string) => Names | undefined): void {
    for (const [name, ino] of namesOf(from) ?? []) {
      if (names.has(join(from, name)) || isDirectory(join(from, name))) {
        mkdirSync(join(to, name), { mode: 0o700 });
        leave(join(from, name), join(to, name), namesOf);
      } else writeFileSync(join(to, name), synced.get(ino) ?? "", { mode: 0o600 });
    }
  }
  return disk;
}

type Names = ReadonlyMap<string, number>;

const namesIn = (path: string): Names =>
  new Map(readdirSync(path).map((name) => [name, statSync(join(path, name)).ino]));

const isDirectory = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
