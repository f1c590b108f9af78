// A user of this system as it should be (contract opsbro §10.3).
import * as z from "zod";
import { findGroup, findUser, type GroupAccount, type UserAccount } from "../host/accounts.ts";
import type { ComplianceHost } from "../host/compliance-host.ts";
import { type Command, runWell } from "../host/program.ts";
import { cannot, type Turn } from "../running/turn.ts";
import { defineDriver } from "./driver.ts";

const field = z.string().regex(/^[^:\p{Cc}]*$/u, "expected a text without colons and line ends");
const wholePath = field.regex(/^\//, "expected a whole path");
const accountName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,99}\$?$/, "expected the name of an account");

const parameters = z.strictObject({
  name: accountName,
  uid: z.int().min(0).max(4_294_967_294).optional(),
  gid: z
    .union([z.int().min(0).max(4_294_967_294), accountName])
    .optional()
    .describe("Number or name."),
  display_name: field.optional(),
  home_dir: wholePath.optional(),
  shell: wholePath.optional(),
});

type SystemUser = z.output<typeof parameters>;

/** One attribute that is not as it should be. */
interface Difference {
  readonly what: string;
  readonly found: string;
  readonly wanted: string;
}

export const systemUser = defineDriver({
  type: "system-user",
  parameters,
  async look(wanted, turn, host) {
    const group = await wantedGroup(wanted, turn, host);
    const whole = { ...wanted, gid: group?.gid, group: group?.name };
    const found = await findUser(wanted.name, turn, host);
    if (found === undefined) {
      await turn.mend(`there is no user ${wanted.name}`, async () => {
        await runWell(createCommand(whole, host), turn, host.run);
        return await proved(whole, turn, host);
      });
      return;
    }
    const differences = differencesOf(found, whole);
    if (differences.length === 0) return turn.compliant(`the user ${wanted.name} is as wanted`);
    await turn.mend(wordsOf(wanted.name, differences), async () => {
      await runWell(changeCommand(whole, differences, host), turn, host.run);
      return await proved(whole, turn, host);
    });
  },
});

/** The group by its number and its name. */
type Whole = Omit<SystemUser, "gid"> & {
  readonly gid: number | undefined;
  readonly group: string | undefined;
};

async function wantedGroup(
  { gid }: SystemUser,
  turn: Turn,
  host: ComplianceHost,
): Promise<GroupAccount | undefined> {
  if (gid === undefined) return undefined;
  const group = await findGroup(gid, turn, host);
  if (group === undefined) throw cannot(`there is no group ${gid}`);
  return group;
}

/** A program that ended well has not always done what it was asked. */
async function proved(wanted: Whole, turn: Turn, host: ComplianceHost): Promise<string> {
  const found = await findUser(wanted.name, turn, host);
  if (found === undefined) throw cannot(`the user ${wanted.name} is not there after all`);
  const differences = differencesOf(found, wanted);
  if (differences.length > 0) throw cannot(wordsOf(wanted.name, differences));
  return `the user ${wanted.name} is now as wanted`;
}

function differencesOf(found: UserAccount, wanted: Whole): readonly Difference[] {
  // The other parts of that field are rooms and telephones.
  const [ownName = ""] = found.displayName.split(",");
  const displayName = wanted.display_name?.includes(",") ? found.displayName : ownName;
  const pairs = [
    ["uid", found.uid, wanted.uid],
    ["gid", found.gid, wanted.gid],
    ["display_name", displayName, wanted.display_name],
    ["home_dir", found.home, wanted.home_dir],
    ["shell", found.shell, wanted.shell],
  ] as const;
  return pairs.flatMap(([what, is, should]) =>
    should === undefined || is === should ? [] : [{ what, found: String(is), wanted: String(should) }],
  );
}

function wordsOf(name: string, differences: readonly Difference[]): string {
  const words = differences.map(({ what, found, wanted }) => `${what} is ${found}, and ${wanted} is wanted`);
  return `the user ${name}: ${words.join("; ")}`;
}

const options: Readonly<Record<string, string>> = {
  ...{ uid: "--uid", gid: "--gid", display_name: "--comment", home_dir: "--home-dir", shell: "--shell" },
};

function createCommand(wanted: Whole, { root, hasProgram }: ComplianceHost): Command {
  if (!hasProgram("useradd")) return busyboxCommand(wanted, root);
  const given = Object.entries(options).flatMap(([key, option]) => {
    const value = wanted[key as keyof Whole];
    return value === undefined ? [] : [option, String(value)];
  });
  return { words: ["useradd", ...prefix(root), ...given, "--", wanted.name] };
}

function changeCommand(
  { name }: Whole,
  differences: readonly Difference[],
  { root, hasProgram }: ComplianceHost,
): Command {
  if (!hasProgram("usermod"))
    throw cannot("this system has no usermod: users that are there stay as they are");
  const given = differences.flatMap(({ what, wanted }) => [
    what === "home_dir" ? "--home" : (options[what] ?? ""),
    wanted,
  ]);
  return { words: ["usermod", ...prefix(root), ...given, "--", name] };
}

function prefix(root: string): readonly string[] {
  return root === "/" ? [] : ["--prefix", root];
}

/** Alpine's: without a password and without making the home directory. */
function busyboxCommand(wanted: Whole, root: string): Command {
  if (root !== "/") throw cannot("this system's adduser works on / alone");
  const pairs = [
    ["-u", wanted.uid],
    ["-G", wanted.group],
    ["-g", wanted.display_name],
    ["-h", wanted.home_dir],
    ["-s", wanted.shell],
  ] as const;
  const given = pairs.flatMap(([option, value]) => (value === undefined ? [] : [option, String(value)]));
  return { words: ["adduser", "-D", "-H", ...given, "--", wanted.name] };
}
