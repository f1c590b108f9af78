// Which packages are installed: from the files of dpkg and apk, read again when they changed, and by asking rpm.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { BoundedMap } from "../../kernel/bounded-map.ts";
import { ExpressionError } from "../../languages/expression/index.ts";
import type { FunctionHost } from "./function-host.ts";
import { readApkDatabase, readDpkgStatus } from "./package-lists.ts";
import { askFile } from "./regular-file.ts";

/** One kind of list: where it is, relative to the host's root, and how it is read. */
interface ListKind {
  readonly path: string;
  readonly read: (path: string, signal: AbortSignal) => Promise<ReadonlySet<string>>;
}

const lists: readonly ListKind[] = [
  { path: "/var/lib/dpkg/status", read: readDpkgStatus },
  { path: "/lib/apk/db/installed", read: readApkDatabase },
  { path: "/usr/lib/apk/db/installed", read: readApkDatabase },
];
/** The first of a list that is there; rpm changes one of them with each package. */
const rpmFiles = ["/var/lib/rpm", "/usr/lib/sysimage/rpm"].flatMap((folder) =>
  ["rpmdb.sqlite", "rpmdb.sqlite-wal", "Packages.db", "Packages"].map((name) => `${folder}/${name}`),
);
const rpmDeadlineMs = 5000;

interface Known<Answer> {
  readonly stamp: string;
  readonly answer: Promise<Answer>;
}

const knownLists = new BoundedMap<string, Known<ReadonlySet<string>>>(8);
const knownRpms = new BoundedMap<string, Known<boolean>>(256);

/** The first database that is there decides. Rejects with `ExpressionError` when it cannot be asked. */
export async function isInstalled(name: string, host: FunctionHost): Promise<boolean> {
  for (const { path, read } of lists) {
    const place = join(host.root, path);
    const stamp = await stampOf(place, host);
    if (stamp === "") continue;
    // Whoever asked first may give up: others wait for the same answer.
    const make = () => askFile(place, { clock: host.clock }, (signal) => read(place, signal));
    return (await remembered(knownLists, { key: place, stamp, make })).has(name);
  }
  return await isInstalledByRpm(name, host);
}

async function isInstalledByRpm(name: string, host: FunctionHost): Promise<boolean> {
  const stamps: string[] = [];
  for (const path of rpmFiles) stamps.push(await stampOf(join(host.root, path), host));
  const stamp = stamps.join(" ").trim();
  if (stamp === "") return false;
  return await remembered(knownRpms, { key: `${host.root} ${name}`, stamp, make: () => askRpm(name, host) });
}

/** Changes whenever the file does; empty when there is none. */
async function stampOf(path: string, host: FunctionHost): Promise<string> {
  const found = await askFile(path, host, () => stat(path).catch(() => undefined));
  return found?.isFile() === true ? `${found.mtimeMs}:${found.size}:${found.ino}` : "";
}

interface Making<Answer> {
  readonly key: string;
  readonly stamp: string;
  readonly make: () => Promise<Answer>;
}

/** Many ask at once and all wait for one answer; one that failed is not kept. */
async function remembered<Answer>(
  known: BoundedMap<string, Known<Answer>>,
  { key, stamp, make }: Making<Answer>,
): Promise<Answer> {
  const before = known.get(key);
  if (before?.stamp === stamp) return await before.answer;
  const fresh = { stamp, answer: make() };
  known.set(key, fresh);
  try {
    return await fresh.answer;
  } catch (thrown) {
    if (known.get(key) === fresh) known.delete(key);
    throw thrown;
  }
}

async function askRpm(name: string, { root, run }: FunctionHost): Promise<boolean> {
  if (!/^\/[\w./-]*$/.test(root)) throw new ExpressionError(`rpm cannot be given the root ${root}`);
  const place = root === "/" ? "" : `--root ${root} `;
  const { status } = await run({
    name: "rpm",
    option: `${place}-q --quiet ${name}`,
    deadlineMs: rpmDeadlineMs,
  });
  if (status === 0 || status === 1) return status === 0;
  throw new ExpressionError(`rpm ended with ${status}`);
}
