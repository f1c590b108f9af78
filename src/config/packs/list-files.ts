// The files below a directory, sorted, with a bound on depth and number, and no loop through links.
import { type Dirent, readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { systemCode } from "../../kernel/errors.ts";
import { trusted } from "../../kernel/trusted-path.ts";
import { readingReason } from "../read-limited.ts";
import { maxFiles, problemAt, type Reading } from "./reading.ts";

const maxDepth = 32;

export interface ListRequest {
  readonly directory: string;
  readonly accept: (name: string) => boolean;
  /** Directories below that are not entered; hidden ones never are. */
  readonly skip?: (path: string, name: string) => boolean;
  /** True when it is fine that the directory itself does not exist. */
  readonly mayBeAbsent?: boolean;
}

export interface FoundFile {
  readonly path: string;
  /** Below the directory that was asked for, with `/` between the parts. */
  readonly name: string;
}

interface Walk extends ListRequest {
  readonly reading: Reading;
  readonly found: FoundFile[];
  readonly seen: Set<string>;
}

interface Spot {
  readonly path: string;
  readonly parts: readonly string[];
}

/** Links to files and directories are followed, each directory once. What cannot be read is a problem. */
export function listFiles(request: ListRequest, reading: Reading): readonly FoundFile[] {
  const walk: Walk = { ...request, reading, found: [], seen: new Set() };
  enter(walk, { path: request.directory, parts: [] });
  return walk.found;
}

function enter(walk: Walk, spot: Spot): void {
  if (spot.parts.length > maxDepth) {
    walk.reading.problems.push(
      problemAt(spot.path, `directories nest more than ${maxDepth} deep; it is not read`),
    );
    return;
  }
  for (const entry of entriesOf(walk, spot)) {
    if (entry.name.startsWith(".")) continue;
    if (!spend(walk, spot.path)) return;
    visit(walk, entry, { path: join(spot.path, entry.name), parts: [...spot.parts, entry.name] });
  }
}

function visit(walk: Walk, entry: Dirent, { path, parts }: Spot): void {
  if (isDirectory(entry, path)) {
    if (walk.skip?.(path, entry.name) !== true) enter(walk, { path, parts });
    return;
  }
  if (!walk.accept(entry.name)) return;
  if (/\p{Cc}/u.test(entry.name)) {
    walk.reading.problems.push(problemAt(path, "control characters stand in its name; it is not read"));
    return;
  }
  walk.found.push({ path, name: parts.join("/") });
}

/** Sorted by code unit, so that the order is the same on every host; empty on the second visit. */
function entriesOf(walk: Walk, { path, parts }: Spot): readonly Dirent[] {
  try {
    const real = realpathSync(path);
    if (walk.seen.has(real)) return [];
    walk.seen.add(real);
    // Once for the directory, and not once for each file in it.
    const reason = trusted(path, walk.reading.rules);
    if (reason !== undefined) throw new Error(reason);
    return readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const absent = parts.length === 0 && walk.mayBeAbsent === true && systemCode(error) === "ENOENT";
    if (!absent) walk.reading.problems.push(problemAt(path, `cannot be read: ${readingReason(error)}`));
    return [];
  }
}

/** False from the bound on; told once. */
function spend({ reading: { budget, problems } }: Walk, path: string): boolean {
  budget.filesLeft -= 1;
  if (budget.filesLeft === -1) {
    problems.push(
      problemAt(path, `packs and local files are more than ${maxFiles}; what follows is not read`),
    );
  }
  return budget.filesLeft >= 0;
}

/** A link that leads nowhere, or to itself, counts as a file: reading it tells why it cannot be read. */
export function isDirectory(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
