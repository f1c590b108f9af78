// The objects of one pack: each of its directories holds its own kind.
import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { suggestion } from "../nearest-key.ts";
import { readingReason } from "../read-limited.ts";
import type { Entry } from "../tree.ts";
import { isDirectory, listFiles } from "./list-files.ts";
import { moduleNameOf, nearestWord, type ObjectKind } from "./object-kind.ts";
import { objectList, type TakeOther } from "./object-list.ts";
import type { Pack } from "./pack.ts";
import { objectDirectories, packDirectories } from "./pack-directories.ts";
import { isObjectFile, readDocuments } from "./read-documents.ts";
import { problemAt, type Reading, warningAt } from "./reading.ts";
import type { ObjectDefinition } from "./written.ts";

const maxNamed = 5;

/** In the order of directories and files. What is wrong costs only its file or object. */
export function readPackObjects(pack: Pack, reading: Reading): readonly ObjectDefinition[] {
  tellOfCode(pack, reading);
  const list = objectList(reading.problems);
  for (const name of directoriesOf(pack, reading)) {
    const kinds = objectDirectories.get(name);
    if (kinds === undefined) {
      tellOfUnknown(pack, name, reading);
      continue;
    }
    const directory = join(pack.directory, name);
    for (const file of listFiles({ directory, accept: acceptIn(name), skip: isTemplates }, reading)) {
      const documents = readDocuments(file.path, reading);
      const source = { file: file.path, name: file.name, pack };
      list.takeFile(documents, source, rulesOf(name, kinds, reading));
    }
  }
  return [...list.objects.values()];
}

/** Templates may have any ending, also `.yml`. */
function isTemplates(_path: string, name: string): boolean {
  return name === "templates";
}

/** Beside a tutorial lies its recording, `tutorial-data.json`. */
function acceptIn(directory: string): (name: string) => boolean {
  return directory === "tutorials" ? (name) => /^tutorial\.(ya?ml|json)$/.test(name) : isObjectFile;
}

function directoriesOf({ directory }: Pack, { problems }: Reading): readonly string[] {
  try {
    const entries: Dirent[] = readdirSync(directory, { withFileTypes: true });
    const inside = entries.filter((entry) => isDirectory(entry, join(directory, entry.name)));
    return inside
      .map(({ name }) => name)
      .filter((name) => !name.startsWith("."))
      .sort();
  } catch (error) {
    problems.push(problemAt(directory, `cannot be read: ${readingReason(error)}`));
    return [];
  }
}

function tellOfUnknown(pack: Pack, name: string, { problems }: Reading): void {
  if (packDirectories.includes(name)) return;
  const text = `no directory that a pack has, so nothing in it is read${suggestion(name, packDirectories)}`;
  problems.push(warningAt(join(pack.directory, name), text));
}

function tellOfCode({ name, packageFile, code }: Pack, { problems }: Reading): void {
  if (code.length === 0) return;
  const more = code.length > maxNamed ? ` and ${code.length - maxNamed} more` : "";
  const files = `${code.slice(0, maxNamed).join(", ")}${more}`;
  const text = `the pack ${name} uses Python code, which is not run (${files}); the rest of it is loaded`;
  problems.push(warningAt(packageFile, text));
}

/** Keys that name no kind, and kinds that belong elsewhere. */
function rulesOf(directory: string, kinds: readonly ObjectKind[], { problems }: Reading): TakeOther {
  const refuse = (key: string, { keyPlace }: Entry, text: string) =>
    problems.push({ place: keyPlace, path: [key], text });
  return {
    key: (key, entry) => {
      const text =
        moduleNameOf(key) === undefined
          ? `no kind of object${nearestWord(key)}`
          : "settings of a module stand in local files; a pack has parameters/parameters.yml";
      refuse(key, entry, text);
    },
    isAllowed: (kind, key, entry) => {
      if (kinds.includes(kind)) return true;
      refuse(key, entry, `${directory}/ of a pack holds only ${kinds.join(", ")}`);
      return false;
    },
  };
}
