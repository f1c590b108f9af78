// What there is in the host's file systems (contract opsbro §2.5).
import type { Stats } from "node:fs";
import { lstat, stat } from "node:fs/promises";
import { reasonOf } from "../../kernel/errors.ts";
import {
  ExpressionError,
  type FunctionDefinition,
  isTrue,
  textOf,
  type Value,
} from "../../languages/expression/index.ts";
import { searchFile } from "./file-search.ts";
import type { FunctionHost } from "./function-host.ts";
import { askFile, chunksOf, pathAt } from "./regular-file.ts";

const group = "filesystem";
const jsonLimitBytes = 1024 * 1024;
const jsonChunkBytes = 64 * 1024;

interface Question {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly doc: string;
  readonly look: (path: string) => Promise<Stats>;
  readonly answer: (stats: Stats) => boolean;
}

/** What is not there, or not for us to see, is nothing at all. */
function question({ look, answer, ...facts }: Question): FunctionDefinition<FunctionHost> {
  return {
    ...facts,
    group,
    parameters: [{ name: "path" }],
    async call([value], host) {
      const path = pathAt(host, value);
      const stats = await askFile(path, host, () => look(path).catch(() => undefined));
      return stats !== undefined && answer(stats);
    },
  };
}

const grepFile: FunctionDefinition<FunctionHost> = {
  name: "grep_file",
  aliases: ["grep"],
  group,
  doc: "Whether a line of the file contains the text, in large or small letters; with regexp=True, matches it. False where the file cannot be read. At most its first 16 MiB are searched.",
  parameters: [{ name: "string" }, { name: "path" }, { name: "regexp", fallback: false }],
  call: async ([wanted, path, isPattern = false], host) =>
    await searchFile(pathAt(host, path), { wanted: textOf(wanted), isPattern: isTrue(isPattern) }, host),
};

/** The directory part as Python has it: what stands before the last slash, without slashes at its end. */
function directoryOf(path: string): string {
  const parent = path.slice(0, path.lastIndexOf("/") + 1);
  const end = parent.search(/[^/]\/*$/);
  return end < 0 ? parent : parent.slice(0, end + 1);
}

async function readJson(path: string, host: FunctionHost): Promise<Value> {
  const bytes = await askFile(path, host, async (signal) => {
    const parts: Buffer[] = [];
    const reach = { limitBytes: jsonLimitBytes, chunkBytes: jsonChunkBytes, signal, isWhole: true };
    for await (const chunk of chunksOf(path, reach)) parts.push(Buffer.from(chunk));
    return Buffer.concat(parts);
  });
  return JSON.parse(bytes.toString("utf8")) as Value;
}

const parseJsonFile: FunctionDefinition<FunctionHost> = {
  name: "parse_json_file",
  group,
  doc: "The data of a JSON file of at most 1 MiB.",
  parameters: [{ name: "path" }],
  async call([value], host) {
    const path = pathAt(host, value);
    try {
      return await readJson(path, host);
    } catch (cause) {
      throw new ExpressionError(`cannot read ${path}: ${reasonOf(cause)}`, { cause });
    }
  },
};

export const filesystemFunctions: readonly FunctionDefinition<FunctionHost>[] = [
  question({
    name: "file_exists",
    aliases: ["fileexists"],
    doc: "Whether there is a file, directory or anything else of that path.",
    look: stat,
    answer: () => true,
  }),
  question({
    name: "is_dir",
    doc: "Whether the path is a directory, or a link to one.",
    look: stat,
    answer: (stats) => stats.isDirectory(),
  }),
  question({
    name: "is_link",
    doc: "Whether the path is a symbolic link, also one that leads nowhere.",
    look: lstat,
    answer: (stats) => stats.isSymbolicLink(),
  }),
  question({
    name: "is_plain_file",
    doc: "Whether the path is a regular file, or a link to one.",
    look: stat,
    answer: (stats) => stats.isFile(),
  }),
  {
    name: "path_dirname",
    group,
    doc: "The directory that a path is in.",
    parameters: [{ name: "path" }],
    call: ([path]) => directoryOf(textOf(path)),
  },
  grepFile,
  parseJsonFile,
];
