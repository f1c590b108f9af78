// A pack copied as a whole to a higher level, where it can be edited and wins (contract 1.4).
import { randomBytes } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { chmod, copyFile, mkdir, rename, rm, symlink } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { AgentError, reasonOf } from "../../kernel/errors.ts";
import { levelDirectory } from "./find-packs.ts";
import { type Pack, type PackLevel, packAddress, packLevels } from "./pack.ts";
import type { PackSet } from "./pack-set.ts";
import { findPack } from "./parameter-address.ts";
import { maxFiles } from "./reading.ts";

interface Copy {
  /** Root of the pack. */
  readonly from: string;
  readonly to: string;
  entriesLeft: number;
}

/**
 * Gives the new directory. Nothing of it stands there until all is copied. Throws `usage.wrong` when there is no such
 * pack, the level is not higher, the target exists, or something in the pack is no file, directory or link inside it.
 */
export async function overloadPack(
  set: Pick<PackSet, "packs" | "levels">,
  address: string,
  toLevel: Exclude<PackLevel, "core">,
): Promise<string> {
  const pack = findPack(set, address);
  const target = join(levelDirectory(set.levels, toLevel), basename(pack.directory));
  refuseTarget(set, pack, { toLevel, target });
  const unfinished = join(dirname(target), `.${basename(target)}.new-${randomBytes(6).toString("hex")}`);
  try {
    await mkdir(dirname(target), { recursive: true });
    await copyDirectory({ from: resolve(pack.directory), to: unfinished, entriesLeft: maxFiles }, "");
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => {});
    if (error instanceof AgentError) throw error;
    throw new AgentError("file.unwritable", { path: target, reason: reasonOf(error), cause: error });
  }
  return target;
}

function refuseTarget(
  { packs }: Pick<PackSet, "packs">,
  pack: Pack,
  { toLevel, target }: { toLevel: PackLevel; target: string },
): void {
  const address = packAddress(pack);
  if (packLevels.indexOf(toLevel) <= packLevels.indexOf(pack.level)) {
    throw refused(`${address} cannot be overloaded to the level ${toLevel}: it is not a higher one`);
  }
  const same = packs.find(({ name, level }) => name === pack.name && level === toLevel);
  const taken = same?.directory ?? (existsSync(target) ? target : undefined);
  if (taken !== undefined) throw refused(`${address} cannot be overloaded: ${taken} exists already`);
}

async function copyDirectory(copy: Copy, below: string): Promise<void> {
  const source = join(copy.from, below);
  const target = join(copy.to, below);
  await mkdir(target);
  for (const name of readdirSync(source)) {
    copy.entriesLeft -= 1;
    if (copy.entriesLeft < 0) throw refused(`${copy.from} holds more than ${maxFiles} files`);
    await copyEntry(copy, join(below, name));
  }
  // At the end, so that a directory without the right to write can be filled.
  await chmod(target, modeOf(source) | 0o700);
}

async function copyEntry(copy: Copy, below: string): Promise<void> {
  const source = join(copy.from, below);
  const stats = lstatSync(source);
  if (stats.isDirectory()) await copyDirectory(copy, below);
  else if (stats.isSymbolicLink()) await copyLink(copy, below);
  else if (stats.isFile()) {
    await copyFile(source, join(copy.to, below));
    await chmod(join(copy.to, below), (stats.mode & 0o777) | 0o600);
  } else throw refused(`${source} is neither a file nor a directory`);
}

/** As a link, never what it leads to: outside the pack that could be any file of the host. */
async function copyLink({ from, to }: Copy, below: string): Promise<void> {
  const source = join(from, below);
  const aim = readlinkSync(source);
  const inside = relative(from, resolve(dirname(source), aim));
  if (isAbsolute(aim) || inside === ".." || inside.startsWith(`..${sep}`)) {
    throw refused(`${source} is a link that leads out of the pack`);
  }
  await symlink(aim, join(to, below));
}

/** Of the directory itself; the pack's own may be a link. */
function modeOf(directory: string): number {
  return lstatSync(`${directory}${sep}.`).mode & 0o777;
}

function refused(reason: string): AgentError {
  return new AgentError("usage.wrong", { reason });
}
