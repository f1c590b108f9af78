// Names of packages in the lists that dpkg and apk keep.
import { ownText } from "../../kernel/own-text.ts";
import { linesOf } from "./regular-file.ts";

const reach = { limitBytes: 256 * 1024 * 1024, chunkBytes: 256 * 1024 };

/** Names of installed packages, also with their architecture. Rejects when the file cannot be read. */
export async function readDpkgStatus(path: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  let entry = noEntry;
  for await (const lines of linesOf(path, { ...reach, signal })) {
    for (const line of lines) {
      if (line === "") addNames(entry, names);
      entry = line === "" ? noEntry : withField(entry, line);
    }
  }
  addNames(entry, names);
  return names;
}

interface DpkgEntry {
  readonly name: string;
  readonly architecture: string;
  readonly isInstalled: boolean;
}

const noEntry: DpkgEntry = { name: "", architecture: "", isInstalled: false };

function withField(entry: DpkgEntry, line: string): DpkgEntry {
  if (line.startsWith("Package: ")) return { ...entry, name: line.slice(9).trim() };
  if (line.startsWith("Architecture: ")) return { ...entry, architecture: line.slice(14).trim() };
  if (!line.startsWith("Status: ")) return entry;
  // The first word is what is wanted of the package, such as to hold it; the last is what it is.
  return { ...entry, isInstalled: /^Status: \w+ ok installed\s*$/.test(line) };
}

function addNames({ name, architecture, isInstalled }: DpkgEntry, names: Set<string>): void {
  if (!isInstalled || name === "") return;
  names.add(ownText(name));
  names.add(ownText(`${name}:${architecture}`));
}

/** Names of installed packages. Rejects when the file cannot be read. */
export async function readApkDatabase(path: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for await (const lines of linesOf(path, { ...reach, signal }))
    for (const line of lines) if (line.startsWith("P:")) names.add(ownText(line.slice(2).trim()));
  return names;
}
