// From the file that a name stands for to a judgement: names are believed only in directories for plugins.
import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { splitShellWords } from "../../formats/shell-words.ts";
import { type Found, systemPath } from "../catalogue.ts";
import { type Judgement, judgePlugin } from "./judge-plugin.ts";

/** With the file that was judged, which is to be the one that runs. */
export type JudgedProgram = Judgement & { readonly path: string };

export interface Asked {
  readonly name: string;
  readonly option: string;
  /** True when option strings go to a shell, which does anything. */
  readonly shell: boolean;
}

export function judgeFound({ kind, path }: Found, { name, option, shell }: Asked): JudgedProgram {
  if (shell) return { kind: "told", reason: "option strings are given to a shell", path };
  const split = splitShellWords(option);
  if ("refused" in split) return { kind: "told", reason: split.refused, path };
  if (kind !== "program" || !isForPlugins(path)) return { kind: "unknown", path };
  return { ...judgePlugin(name, split.words), path };
}

/**
 * The directories of the system's path hold more than plugins. A link is followed to the directory of its file: a name
 * of a plugin that stands for something of the system is nobody's plugin.
 */
function isForPlugins(path: string): boolean {
  const system = systemPath.split(":").flatMap((directory) => [directory, realPath(directory)]);
  return [dirname(path), realPath(dirname(path)), dirname(realPath(path))].every(
    (directory) => !system.includes(directory),
  );
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
