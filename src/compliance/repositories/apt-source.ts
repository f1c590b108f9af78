// Repositories of apt: a file for each, in the form of one line (sources.list(5)).
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { trimEndOf } from "../../kernel/trim-end.ts";
import { readRegularLater } from "../../kernel/trusted-file.ts";

/** Of one file of sources; what is larger, or never ends, lists none. */
const limitBytes = 1024 * 1024;

export interface AptSource {
  readonly path: string;
  /** Of its key; apt goes by the ending. */
  readonly keyPath: string;
  readonly text: string;
}

export function aptSource(given: {
  readonly name: string;
  readonly url: string;
  /** The comment that tells of its key; undefined: it has none of its own. */
  readonly keySource?: string | undefined;
}): AptSource {
  const file = fileNameFrom(given.name);
  const keyPath = `/etc/apt/keyrings/${file}.asc`;
  const { keySource } = given;
  const [comment, options] =
    keySource === undefined ? ["", ""] : [`${keySource}\n`, `[signed-by=${keyPath}] `];
  return {
    path: `/etc/apt/sources.list.d/${file}.list`,
    keyPath,
    text: `${comment}deb ${options}${given.url}\n`,
  };
}

/** apt passes over files with other characters in their names. */
export function fileNameFrom(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[-.]+/, "");
  const file = trimEndOf(plain, "-.").slice(0, 100);
  return file === "" ? "repository" : file;
}

/** The file of a source that is used, whatever its options; undefined: there is none. */
export async function findAptSource(url: string, root: string): Promise<string | undefined> {
  const folder = "/etc/apt/sources.list.d";
  const names = await readdir(join(root, folder)).catch(() => []);
  const lists = names.filter((name) => name.endsWith(".list")).sort();
  for (const path of ["/etc/apt/sources.list", ...lists.map((name) => `${folder}/${name}`)]) {
    const bytes = await readRegularLater(join(root, path), limitBytes).catch(() => "");
    const text = bytes.toString("utf8");
    if (text.split("\n").some((line) => isSource(line, url))) return path;
  }
  return undefined;
}

function isSource(line: string, url: string): boolean {
  const given = /^\s*deb\s+(?:\[[^\]]*\]\s+)?([^#]*)/.exec(line)?.[1];
  return given !== undefined && words(given) === words(url);
}

/** The last stroke of an address means nothing. */
function words(text: string): string {
  const [address = "", ...rest] = text.trim().split(/\s+/);
  return [trimEndOf(address, "/"), ...rest].join(" ");
}
