// Links by which the program is called under other names, and its unit too; no file of somebody else is replaced.
import {
  existsSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { AgentError, reasonOf } from "../kernel/errors.ts";
import { wrongUsage } from "./wrong-usage.ts";

export interface NameLink {
  readonly path: string;
  /** What stands in the link. */
  readonly target: string;
}

export interface OwnProgram {
  /** As it was called. */
  readonly calledPath: string;
  /** The file that runs, without links. */
  readonly mainFile: string;
}

const ownName = "yagura";
const ownUnit = "yagura.service";

/**
 * A link beside `yagura` names that one, so that it follows an upgrade; elsewhere it names what was called. Throws
 * `usage.wrong` for a directory that is none.
 */
export function programLinks(directory: string, names: readonly string[], own: OwnProgram): NameLink[] {
  const beside = join(directoryOf(directory), ownName);
  const called = basename(own.calledPath) === ownName ? resolve(own.calledPath) : own.mainFile;
  const target = realPath(beside) === own.mainFile ? ownName : called;
  return names.map((name) => ({ path: join(directory, name), target }));
}

/** systemd takes a link to a unit as another name of it. Throws `usage.wrong` where the unit itself is not there. */
export function unitLinks(directory: string, names: readonly string[]): NameLink[] {
  if (!existsSync(join(directoryOf(directory), ownUnit)))
    return wrongUsage(`there is no ${ownUnit} in ${directory}`);
  return names.map((name) => ({ path: join(directory, `${name}.service`), target: ownUnit }));
}

/** All of them or none. Throws `link.foreign` for a file that is not ours, and `link.failed`. */
export function layLinks(links: readonly NameLink[]): void {
  refuseOthers(links);
  for (const { path, target } of links) {
    const fresh = `${path}.yagura-${process.pid}`;
    attempt(path, () => {
      rmSync(fresh, { force: true });
      symlinkSync(target, fresh);
      renameSync(fresh, path);
    });
  }
}

/** Gives the paths that were there. Throws as `layLinks` does. */
export function removeLinks(links: readonly NameLink[]): string[] {
  const there = links.map(({ path }) => path).filter((path) => standing(path) !== undefined);
  refuseOthers(links);
  for (const path of there) attempt(path, () => rmSync(path));
  return there;
}

function refuseOthers(links: readonly NameLink[]): void {
  const other = links.find(({ path }) => standing(path) === "other");
  if (other !== undefined) throw new AgentError("link.foreign", { path: other.path });
}

/** Whose file it is. A link that leads nowhere is ours when what it names is called as ours is. */
function standing(path: string): "ours" | "other" | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (!stat.isSymbolicLink()) return "other";
  const text = readlinkSync(path);
  if (basename(text) === ownUnit || isOwnMain(realPath(path))) return "ours";
  if (realPath(path) !== undefined) return "other";
  const isOlderVersion = text.includes("/yagura/") && text.endsWith("/dist/main.js");
  return basename(text) === ownName || isOlderVersion ? "ours" : "other";
}

function isOwnMain(file: string | undefined): boolean {
  if (file === undefined || !file.endsWith("/dist/main.js")) return false;
  try {
    const text = readFileSync(join(dirname(file), "../package.json"), "utf8");
    return (JSON.parse(text) as { name?: unknown }).name === ownName;
  } catch {
    return false;
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function directoryOf(path: string): string {
  const isDirectory = lstatSync(realPath(path) ?? path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isDirectory ? path : wrongUsage(`${path} is no directory`);
}

function attempt(path: string, change: () => void): void {
  try {
    change();
  } catch (cause) {
    throw new AgentError("link.failed", { path, reason: reasonOf(cause), cause });
  }
}
