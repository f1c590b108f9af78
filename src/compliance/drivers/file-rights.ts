// Owner, group and permissions of a file or directory (contract opsbro §10.3).
import { constants } from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";
import * as z from "zod";
import { systemCode } from "../../kernel/errors.ts";
import { findGroup, findUser } from "../host/accounts.ts";
import type { ComplianceHost } from "../host/compliance-host.ts";
import { isTrusted, type OpenDirectory, openDirectory, splitPath } from "../host/open-directory.ts";
import { cannot, type Turn } from "../running/turn.ts";
import { defineDriver } from "./driver.ts";

const account = z.union([z.string().min(1), z.int().min(0)]);

const parameters = z.strictObject({
  file: z.string().min(1).describe("Whole path of a file or directory."),
  owner: account.optional().describe("Name or number of its user."),
  group: account.optional().describe("Name or number of its group."),
  permissions: z
    .union([z.int().min(0).max(7777), z.string()])
    .refine((given) => permissionsOf(given) !== undefined, {
      error: "expected permissions in octal digits, such as 644",
    })
    .optional()
    .describe("In octal digits as chmod takes them: 644, 0644 and 1777."),
});

type FileRights = z.output<typeof parameters>;

/** The digits are octal whether or not YAML took them for a decimal number. */
export function permissionsOf(given: string | number): number | undefined {
  const digits = /^(?:0o)?([0-7]{1,5})$/.exec(String(given))?.[1];
  const mode = digits === undefined ? Number.NaN : Number.parseInt(digits, 8);
  return mode <= 0o7777 ? mode : undefined;
}

export const fileRights = defineDriver({
  type: "file-rights",
  parameters,
  async look(wanted, turn, host) {
    const { directory: path, name } = splitPath(wanted.file);
    const directory = await openDirectory(host.root, path).catch((thrown) => notThere(wanted.file, thrown));
    try {
      const file = await openEntry(directory, { name, file: wanted.file });
      try {
        await lookAt(file, { wanted, shared: mayBeAnothers(directory) }, turn, host);
      } finally {
        await file.close();
      }
    } finally {
      await directory.close();
    }
  },
});

function notThere(file: string, thrown: unknown): never {
  if (systemCode(thrown) === "ENOENT") throw cannot(`${file} is not there`, thrown);
  throw thrown;
}

/** Opening a device can do something, and a link is somebody else's word: neither is opened. */
async function openEntry(
  directory: OpenDirectory,
  { name, file }: { readonly name: string; readonly file: string },
): Promise<FileHandle> {
  const path = directory.at(name);
  const before = await lstat(path).catch((thrown) => notThere(file, thrown));
  if (before.isSymbolicLink())
    throw cannot(`${file} is a link, which is not followed; name what it leads to`);
  if (!before.isFile() && !before.isDirectory()) throw cannot(`${file} is neither a file nor a directory`);
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const found = await handle.stat();
  if (found.ino === before.ino && found.dev === before.dev) return handle;
  await handle.close();
  throw cannot(`${file} was exchanged while it was looked at`);
}

/** Others can put names of foreign files into that directory. */
function mayBeAnothers({ stat }: OpenDirectory): boolean {
  return !isTrusted(stat.uid) || (stat.mode & 0o022) !== 0;
}

interface Subject {
  readonly wanted: FileRights;
  readonly shared: boolean;
}

async function lookAt(
  file: FileHandle,
  { wanted, shared }: Subject,
  turn: Turn,
  host: ComplianceHost,
): Promise<void> {
  const guarded = (change: () => Promise<string>) => async () => {
    const found = await file.stat();
    if (shared && found.isFile() && found.nlink > 1)
      throw cannot(`${wanted.file} has ${found.nlink} names and others may have made them; it is left alone`);
    return await change();
  };
  if (wanted.owner !== undefined)
    await lookAtOwner(file, { wanted, owner: wanted.owner, guarded }, turn, host);
  if (wanted.group !== undefined)
    await lookAtGroup(file, { wanted, group: wanted.group, guarded }, turn, host);
  if (wanted.permissions !== undefined)
    await lookAtPermissions(file, { wanted, permissions: wanted.permissions, guarded }, turn);
}

interface Aspect {
  readonly wanted: FileRights;
  readonly guarded: (change: () => Promise<string>) => () => Promise<string>;
}

async function lookAtOwner(
  handle: FileHandle,
  { wanted: { file }, owner, guarded }: Aspect & { readonly owner: string | number },
  turn: Turn,
  host: ComplianceHost,
): Promise<void> {
  const uid = idOf(owner) ?? (await findUser(owner, turn, host))?.uid;
  if (uid === undefined) return turn.error(`${file}: there is no user ${owner}`);
  const found = await handle.stat();
  if (found.uid === uid) return turn.compliant(`${file}: the owner is ${owner}`);
  const shown = (await findUser(found.uid, turn, host))?.name ?? found.uid;
  await turn.mend(
    `${file}: the owner is ${shown}, and ${owner} is wanted`,
    guarded(async () => {
      await handle.chown(uid, found.gid);
      return `${file}: the owner is now ${owner}`;
    }),
  );
}

async function lookAtGroup(
  handle: FileHandle,
  { wanted: { file }, group, guarded }: Aspect & { readonly group: string | number },
  turn: Turn,
  host: ComplianceHost,
): Promise<void> {
  const gid = idOf(group) ?? (await findGroup(group, turn, host))?.gid;
  if (gid === undefined) return turn.error(`${file}: there is no group ${group}`);
  const found = await handle.stat();
  if (found.gid === gid) return turn.compliant(`${file}: the group is ${group}`);
  const shown = (await findGroup(found.gid, turn, host))?.name ?? found.gid;
  await turn.mend(
    `${file}: the group is ${shown}, and ${group} is wanted`,
    guarded(async () => {
      await handle.chown(found.uid, gid);
      return `${file}: the group is now ${group}`;
    }),
  );
}

/** Last: a change of the owner takes some permissions away. */
async function lookAtPermissions(
  handle: FileHandle,
  { wanted: { file }, permissions, guarded }: Aspect & { readonly permissions: string | number },
  turn: Turn,
): Promise<void> {
  const mode = permissionsOf(permissions) ?? 0;
  const found = (await handle.stat()).mode & 0o7777;
  if (found === mode) return turn.compliant(`${file}: the permissions are ${mode.toString(8)}`);
  await turn.mend(
    `${file}: the permissions are ${found.toString(8)}, and ${mode.toString(8)} is wanted`,
    guarded(async () => {
      await handle.chmod(mode);
      return `${file}: the permissions are now ${mode.toString(8)}`;
    }),
  );
}

/** A number is one also where it was written in quotes. */
function idOf(given: string | number): number | undefined {
  return /^\d{1,10}$/.test(String(given)) ? Number(given) : undefined;
}
