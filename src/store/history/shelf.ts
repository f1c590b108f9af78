// The blocks of one resolution: a directory in which each file is named by the start of its span and its part.
import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Disk } from "../../kernel/disk.ts";
import { reasonOf, systemCode } from "../../kernel/errors.ts";
import { makeLastingDirectory } from "../../kernel/lasting-directory.ts";
import type { Log } from "../../kernel/log.ts";
import { syncDirectory } from "../../kernel/replace-file.ts";
import { type Block, DamagedBlock, findBlock, isMadeOf, readDirectory } from "./block.ts";
import type { Group } from "./block-layout.ts";
import { temporaryEnd } from "./block-writer.ts";
import type { OpenFiles } from "./open-files.ts";
import type { Resolution } from "./resolution.ts";
import type { Tallies } from "./tallies.ts";

/** More late points than this make of a span are refused. */
const partLimit = 64;
/** Groups of the directories that are kept in memory, of all blocks of a shelf together. */
const cachedGroups = 4096;

interface ShelfNeeds {
  readonly disk: Disk;
  readonly files: OpenFiles;
  readonly log: Log;
  readonly tallies: Tallies;
}

export class Shelf {
  readonly resolution: Resolution;
  readonly directory: string;
  readonly #needs: ShelfNeeds;
  #blocks: Block[] = [];
  /** Per start: the lowest part number that no file has. */
  readonly #freeParts = new Map<number, number>();
  readonly #directories = new Map<string, Group[]>();
  /** Blocks of which a damaged chunk was told. */
  readonly #told = new WeakSet<Block>();

  constructor(resolution: Resolution, directory: string, needs: ShelfNeeds) {
    this.resolution = resolution;
    this.directory = directory;
    this.#needs = needs;
  }

  /** Where its files are written. */
  get disk(): Disk {
    return this.#needs.disk;
  }

  /** By start and part. */
  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  /** Finds what is there, making the directory when it is missing. Tells the names of other files. */
  async open(): Promise<string[]> {
    await makeLastingDirectory(this.directory, this.disk);
    // A process before this one may have ended before the names that it made were on disk.
    await syncDirectory(this.directory, this.disk);
    this.#blocks = [];
    const others: string[] = [];
    for (const name of await readdir(this.directory)) {
      const place = placeOf(name);
      if (name.endsWith(temporaryEnd)) await removeQuietly(join(this.directory, name));
      else if (place !== undefined) this.#take(place.startMs, place.part);
      if (place?.end === "block") await this.#find(name, place.part);
      else others.push(name);
    }
    this.#sort();
    return others;
  }

  /** Path of the block or of the log of a head. */
  pathOf(startMs: number, part: number, end: "block" | "head"): string {
    return join(this.directory, `${startMs}-${part}.${end}`);
  }

  /** The lowest part number that no file of this span has or had. */
  freePart(startMs: number): number {
    return this.#freeParts.get(startMs) ?? 0;
  }

  /** The same, which nobody else gets from now on. */
  takePart(startMs: number): number {
    const part = this.freePart(startMs);
    this.#take(startMs, part);
    return part;
  }

  hasRoomFor(startMs: number): boolean {
    return this.freePart(startMs) < partLimit;
  }

  /** A number that a file had which may be gone. */
  keepTaken(startMs: number, part: number): void {
    this.#take(startMs, part);
  }

  /** Whether one of its blocks has the points of this finer one. */
  isMadeOf(block: Block): boolean {
    return this.overlapping(block.startMs, block.endMs).some((one) => isMadeOf(one, block));
  }

  /** Blocks that hold something of the time from `fromMs` up to `toMs`. */
  overlapping(fromMs: number, toMs: number): Block[] {
    return this.#blocks.filter(({ startMs, endMs }) => startMs < toMs && endMs > fromMs);
  }

  /** Takes in a block that was just written. */
  async add(path: string, part: number): Promise<void> {
    const block = await findBlock(path, part, this.#needs.files);
    if (typeof block === "string") throw new Error(`the block just written is ${block}`);
    this.#take(block.startMs, part);
    this.#blocks.push(block);
    this.#sort();
  }

  async remove(block: Block): Promise<void> {
    await this.#forget(block);
    await rm(block.path, { force: true });
  }

  /** A block's directory; a few are kept. Throws DamagedBlock. */
  async directoryOf(block: Block): Promise<Group[]> {
    const known = this.#directories.get(block.path);
    const groups = known ?? (await readDirectory(block));
    this.#directories.delete(block.path);
    this.#directories.set(block.path, groups);
    let count = 0;
    for (const one of this.#directories.values()) count += one.length;
    for (const [path, one] of this.#directories) {
      if (count <= cachedGroups || path === block.path) break;
      this.#directories.delete(path);
      count -= one.length;
    }
    return groups;
  }

  /** What `read` gives; undefined when the block cannot be read, which is told and, if it is damaged, set aside. */
  async reading<Result>(block: Block, read: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await read();
    } catch (thrown) {
      await this.unreadable(block, thrown);
      return undefined;
    }
  }

  async unreadable(block: Block, thrown: unknown): Promise<void> {
    // A reader may come upon a block that has just become too old.
    if (systemCode(thrown) === "ENOENT") await this.#forget(block);
    else if (thrown instanceof DamagedBlock) {
      await this.#forget(block);
      await this.setAside(block.path, thrown.message);
    } else this.#needs.tallies.damaged(block.path, { what: reasonOf(thrown) });
  }

  /** One series of a block cannot be read; the others can. Told once for each block. */
  chunkDamaged(block: Block, key: string): void {
    if (!this.#told.has(block)) this.#needs.tallies.damaged(block.path, { what: `the points of ${key}` });
    this.#told.add(block);
  }

  /** Keeps a damaged file for a person to look at. Never rejects. */
  async setAside(path: string, what: string): Promise<void> {
    this.#needs.tallies.damaged(path, { what });
    await this.#needs.files.forget(path);
    await rename(path, `${path}.damaged`).catch(() => undefined);
  }

  async #find(name: string, part: number): Promise<void> {
    const path = join(this.directory, name);
    try {
      const block = await findBlock(path, part, this.#needs.files);
      if (block === "newer")
        this.#needs.log.warning("a newer program wrote this file of the history", { path });
      else if (block === "damaged") await this.setAside(path, "it is no whole block");
      else if (block.everyMs !== this.resolution.everyMs)
        await this.setAside(path, "it is of another resolution");
      else this.#blocks.push(block);
    } catch (thrown) {
      this.#needs.tallies.damaged(path, { what: reasonOf(thrown) });
    }
  }

  #take(startMs: number, part: number): void {
    this.#freeParts.set(startMs, Math.max(part + 1, this.#freeParts.get(startMs) ?? 0));
  }

  #sort(): void {
    this.#blocks.sort((one, other) => one.startMs - other.startMs || one.part - other.part);
  }

  async #forget(block: Block): Promise<void> {
    this.#blocks = this.#blocks.filter((one) => one !== block);
    this.#directories.delete(block.path);
    await this.#needs.files.forget(block.path);
  }
}

/** Removes what is of no use, and lets it be where that is not allowed. */
export async function removeQuietly(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}

/** What the name of a file of the history says; undefined for what is none. */
export function placeOf(name: string): { startMs: number; part: number; end: string } | undefined {
  const match = /^(-?\d{1,16})-(\d{1,6})\.(.+)$/.exec(name);
  if (match === null) return undefined;
  return { startMs: Number(match[1]), part: Number(match[2]), end: match[3] ?? "" };
}
