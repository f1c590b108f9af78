// The users and groups of this host, as its files have them; whom they do not know, nobody vouches for.
import { readFileSync, statSync } from "node:fs";

export interface AccountFiles {
  readonly passwd: string;
  readonly group: string;
}

export interface Accounts {
  /** The name, or the number as text. */
  userName(uid: number): string;
  /** The same of a group; undefined where it has no name. */
  groupName(gid: number): string | undefined;
  /** Names of those in the group who are none of these users; undefined where neither file knows the group. */
  othersIn(gid: number, uids: readonly number[]): readonly string[] | undefined;
}

interface Known {
  /** Another one when a file has changed. */
  readonly stamp: string;
  readonly names: ReadonlyMap<number, string>;
  readonly uids: ReadonlyMap<string, number>;
  readonly groups: ReadonlyMap<number, string>;
  readonly members: ReadonlyMap<number, readonly string[]>;
}

/** Read when something is asked for, and again when the files have changed. */
export function createAccounts(files: AccountFiles): Accounts {
  let kept: Known | undefined;
  const known = (): Known => {
    const stamp = `${stampOf(files.passwd)} ${stampOf(files.group)}`;
    if (kept?.stamp !== stamp) kept = { stamp, ...parse(textOf(files.passwd), textOf(files.group)) };
    return kept;
  };
  return {
    userName: (uid) => known().names.get(uid) ?? String(uid),
    groupName: (gid) => known().groups.get(gid),
    othersIn(gid, uids) {
      const { members, uids: numbers } = known();
      const names = members.get(gid)?.filter((name) => !uids.includes(numbers.get(name) ?? -1));
      return names === undefined ? undefined : [...new Set(names)];
    },
  };
}

function parse(passwd: string, group: string): Omit<Known, "stamp"> {
  const users = rowsOf(passwd).map(([name = "", , uid, gid]) => ({
    name,
    uid: Number(uid),
    gid: Number(gid),
  }));
  const members = new Map<number, string[]>();
  const groups = new Map<number, string>();
  for (const [name = "", , id, list = ""] of rowsOf(group)) {
    const gid = Number(id);
    if (!groups.has(gid)) groups.set(gid, name);
    members.set(gid, [...(members.get(gid) ?? []), ...list.split(",").filter((member) => member !== "")]);
  }
  for (const { name, gid } of users) members.set(gid, [...(members.get(gid) ?? []), name]);
  const names = new Map([...users].reverse().map(({ name, uid }) => [uid, name]));
  return { names, uids: new Map(users.map(({ name, uid }) => [name, uid])), groups, members };
}

/** Comments, and lines that ask for another source (`+::::`), name nobody. */
function rowsOf(text: string): string[][] {
  const rows = text.split("\n").map((line) => line.trim().split(":"));
  return rows.filter(([name = "", , id = ""]) => /^[^#+-]/.test(name) && /^\d+$/.test(id));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function stampOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`;
}
