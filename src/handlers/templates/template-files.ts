// The templates of one handler: found, read once, and read again when a file has changed.
import { type Stats, statSync } from "node:fs";
import { basename, isAbsolute, join } from "node:path";
import { reasonOf } from "../../kernel/errors.ts";
import { readTrusted } from "../../kernel/trusted-file.ts";
import { compileTemplate, type Template } from "../../languages/template/index.ts";
import { Refused, type Render } from "../handler.ts";
import { shippedTemplates } from "./shipped-templates.ts";

/** The file that a name means; undefined: there is none. */
export type FindTemplate = (file: string) => string | undefined;

interface Kept {
  readonly template: Template;
  /** By path: what the file looked like when it was read. Others that it takes in are among them. */
  readonly stamps: Map<string, string>;
  /** Where the name was found. */
  readonly path: string | undefined;
}

const largestBytes = 256 * 1024;

export function createTemplates(find: FindTemplate): Render {
  const kept = new Map<string, Kept>();
  return (file, variables) => {
    try {
      const known = kept.get(file);
      const usable = known !== undefined && isFresh(known, find(file)) ? known : read(file, find);
      kept.set(file, usable);
      return usable.template.render(variables);
    } catch (thrown) {
      if (thrown instanceof Refused) throw thrown;
      throw new Refused(`the template ${reasonOf(thrown)}`, { cause: thrown });
    }
  };
}

/** Looks for templates by whole paths of the configuration; what they take in stands beside one of them. */
export function findByPath(directories: readonly string[]): FindTemplate {
  const isSafe = (file: string) => !file.includes("\0") && !file.split(/[\\/]/).includes("..");
  return (file) => {
    if (isAbsolute(file)) return statOf(file)?.isFile() === true ? file : undefined;
    if (!isSafe(file)) return undefined;
    return directories.map((directory) => join(directory, file)).find((path) => statOf(path)?.isFile());
  };
}

function read(file: string, find: FindTemplate): Kept {
  const path = find(file);
  const shipped = path === undefined ? shippedTemplates.get(basename(file)) : undefined;
  if (path === undefined && shipped === undefined)
    throw new Refused(`the template ${file}: there is no such file`);
  const stamps = new Map<string, string>();
  const take = (found: string) => {
    const { text, stamp } = textOf(found);
    stamps.set(found, stamp);
    return text;
  };
  const load = (name: string) => {
    // A template says what it takes in: nothing outside of where templates are looked for.
    const found = isAbsolute(name) ? undefined : find(name);
    return found === undefined ? shippedTemplates.get(name) : take(found);
  };
  const text = path === undefined ? (shipped ?? "") : take(path);
  return { template: compileTemplate(text, { name: basename(file), load }), stamps, path };
}

function isFresh({ stamps, path }: Kept, found: string | undefined): boolean {
  return path === found && [...stamps].every(([one, stamp]) => stampOf(statOf(one)) === stamp);
}

function textOf(path: string): { text: string; stamp: string } {
  const stat = statSync(path);
  if (!stat.isFile()) throw new Refused(`the template ${path} is no regular file`);
  if (stat.size > largestBytes)
    throw new Refused(`the template ${path} is larger than ${largestBytes} bytes`);
  const read = { limitBytes: largestBytes };
  return { text: readTrusted(path, read).toString("utf8"), stamp: stampOf(stat) };
}

function stampOf(stat: Stats | undefined): string {
  return stat === undefined ? "" : `${stat.ino}/${stat.size}/${stat.mtimeMs}`;
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
