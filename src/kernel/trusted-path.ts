// Whether what stands at a path may give orders: nobody but root and the agent's own user can change it.
import { accessSync, constants, lstatSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { lstat, readlink } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { type Accounts, createAccounts } from "./accounts.ts";
import { systemCode } from "./errors.ts";

export interface TrustRules {
  /** The user that what is found there would act as. */
  readonly uid: number;
  readonly accounts: Accounts;
  /** Owner that the system shows in place of those who have no number in this user namespace; undefined: nobody is without. */
  readonly unmappedUid: number | undefined;
  /**
   * False where the agent only writes: administrators give directories such as /var/log to a group of a service, and
   * what is written there is no order.
   */
  readonly groupsCount: boolean;
}

/** What decides about one entry of a directory. */
type Entry = Pick<Stats, "uid" | "gid" | "mode">;

interface Seat {
  /** Something else stands below it on the way. */
  readonly isParent: boolean;
  /** Its directory may be written by everybody, each for himself: whoever came first gave the name its meaning. */
  readonly isAmongStrangers: boolean;
}

type Question = { readonly kind: "entry" | "link"; readonly path: string };
type Answer = Stats | string | undefined;

const mostLinks = 40;
const sticky = 0o1000;

/** The rules for this process. */
export function ownRules(): TrustRules {
  const uid = process.geteuid?.() ?? 0;
  const accounts = createAccounts({ passwd: "/etc/passwd", group: "/etc/group" });
  return { uid, accounts, unmappedUid: unmappedUid(), groupsCount: true };
}

/**
 * Undefined, or why not, with the command that mends it. Judges the path, all directories above it, and every link on
 * the way. What is not there is not judged: its directories are.
 */
export function trusted(path: string, rules = ownRules()): string | undefined {
  const walk = judge(path, rules);
  let step = walk.next();
  while (step.done !== true) step = walk.next(ask(step.value));
  return step.value;
}

/** The same, where a file system that hangs must hold up nobody else. */
export async function trustedLater(path: string, rules = ownRules()): Promise<string | undefined> {
  const walk = judge(path, rules);
  let step = walk.next();
  while (step.done !== true) step = walk.next(await askLater(step.value));
  return step.value;
}

/** The same of one entry alone, whose directory was judged before. */
export function entryTrusted(path: string, entry: Entry, rules = ownRules()): string | undefined {
  return distrust(path, entry, { isParent: false, isAmongStrangers: false }, rules);
}

/** Follows the path as the system does, name by name, so that each directory that leads there is seen. */
function* judge(path: string, rules: TrustRules): Generator<Question, string | undefined, Answer> {
  const whole = resolve(path);
  const way: Way = { left: ["", ...namesIn(whole)], here: "/", links: 0, strangers: new Set() };
  for (let name = way.left.shift(); name !== undefined; name = way.left.shift()) {
    const next = join(way.here, name);
    const entry = yield { kind: "entry", path: next };
    if (typeof entry !== "object") return undefined;
    const isLink = entry.isSymbolicLink();
    const reason = isLink ? linkReason(way, next, { entry, rules }) : enter(way, next, { entry, rules });
    if (reason !== undefined) return reason;
    if (isLink) follow(way, yield { kind: "link", path: next });
  }
  return undefined;
}

/** Where the walk stands. */
interface Way {
  /** Names that are still to be followed, from `here`. */
  readonly left: string[];
  here: string;
  links: number;
  /** Directories that may be written by everybody, each for himself. */
  readonly strangers: Set<string>;
}

interface Found {
  readonly entry: Stats;
  readonly rules: TrustRules;
}

function enter(way: Way, next: string, { entry, rules }: Found): string | undefined {
  const isAmongStrangers = next !== "/" && way.strangers.has(dirname(next));
  const reason = distrust(next, entry, { isParent: way.left.length > 0, isAmongStrangers }, rules);
  if (isForEverybody(entry)) way.strangers.add(next);
  way.here = next;
  return reason;
}

/** Who owns a link matters only where its owner could have put it there. */
function linkReason(way: Way, next: string, { entry, rules }: Found): string | undefined {
  way.links += 1;
  if (way.links > mostLinks) return `${next} is one of more than ${mostLinks} links; let fewer lead there`;
  return way.strangers.has(way.here) && !isOurs(entry, rules) ? ownerReason(next, entry, rules) : undefined;
}

function follow(way: Way, target: Answer): void {
  const text = typeof target === "string" ? target : "";
  way.left.unshift(...namesIn(text));
  if (isAbsolute(text)) way.here = "/";
}

function distrust(path: string, entry: Entry, seat: Seat, rules: TrustRules): string | undefined {
  const { isParent, isAmongStrangers } = seat;
  // Everybody has to be able to write /dev/null: nothing is to be mended there.
  if (isDevice(entry)) return `${path} is a device`;
  // In a user namespace the directories above may belong to the host's root, who has no number here.
  const isFromOutside = isParent && !isAmongStrangers && entry.uid === rules.unmappedUid;
  if (!isOurs(entry, rules) && !isFromOutside) return ownerReason(path, entry, rules);
  return isParent && isForEverybody(entry) ? undefined : writersReason(path, entry, rules);
}

function writersReason(path: string, { mode, gid }: Entry, rules: TrustRules): string | undefined {
  if ((mode & 0o022) === 0 || isReadOnly(path)) return undefined;
  if ((mode & 0o002) !== 0) return `every user can write ${path}; run: chmod o-w ${quoted(path)}`;
  const others = rules.groupsCount ? rules.accounts.othersIn(gid, [0, rules.uid]) : [];
  if (others?.length === 0) return undefined;
  const group = rules.accounts.groupName(gid) ?? `with gid ${gid}`;
  const who = others === undefined ? "which nobody knows" : `of ${others.slice(0, 3).join(", ")}`;
  return `the group ${group}, ${who}, can write ${path}; run: chmod g-w ${quoted(path)}`;
}

/** Volumes of containers are for all to write by their mode, and for nobody by their mount. */
function isReadOnly(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return false;
  } catch (thrown) {
    return systemCode(thrown) === "EROFS";
  }
}

function ownerReason(path: string, { uid }: Entry, rules: TrustRules): string {
  const { accounts, unmappedUid: outside } = rules;
  const owner =
    uid === outside ? "somebody outside this user namespace" : `the user ${accounts.userName(uid)}`;
  return `${path} belongs to ${owner}; run: chown ${accounts.userName(rules.uid)}: ${quoted(path)}`;
}

function isOurs({ uid }: Entry, rules: TrustRules): boolean {
  return uid === 0 || uid === rules.uid;
}

function isDevice({ mode }: Entry): boolean {
  const kind = mode & constants.S_IFMT;
  return kind === constants.S_IFCHR || kind === constants.S_IFBLK;
}

/** Like /tmp: everybody may add to it, and nobody may take away or replace what is another's. */
function isForEverybody({ mode }: Entry): boolean {
  return (mode & sticky) !== 0 && (mode & 0o022) !== 0;
}

function namesIn(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function ask({ kind, path }: Question): Answer {
  try {
    return kind === "entry" ? lstatSync(path) : readlinkSync(path);
  } catch (thrown) {
    return absent(thrown);
  }
}

async function askLater({ kind, path }: Question): Promise<Answer> {
  try {
    return await (kind === "entry" ? lstat(path) : readlink(path));
  } catch (thrown) {
    return absent(thrown);
  }
}

/** Whoever opens it will be told by the system. */
function absent(thrown: unknown): undefined {
  if (systemCode(thrown) === undefined) throw thrown;
  return undefined;
}

/** user_namespaces(7): who has no number inside is shown as the overflow uid. */
function unmappedUid(): number | undefined {
  const overflow = Number(textOf("/proc/sys/kernel/overflowuid") || 65_534);
  const map = textOf("/proc/self/uid_map");
  if (map === "") return undefined;
  const ranges = map.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const isMapped = ranges.some(
    ([inside = 0, , count = 0]) => overflow >= inside && overflow < inside + count,
  );
  return isMapped ? undefined : overflow;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
