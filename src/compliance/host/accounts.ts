// Users and groups of this host: its files first, then whatever else its name service knows.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Turn } from "../running/turn.ts";
import { type RunProgram, runCommand } from "./program.ts";

export interface UserAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly displayName: string;
  readonly home: string;
  readonly shell: string;
}

export interface GroupAccount {
  readonly name: string;
  readonly gid: number;
}

interface AccountsNeeds {
  readonly root: string;
  readonly run: RunProgram;
}

/** It is given to a program, so nothing else is a name there. */
const askable = /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,99}\$?$/;

/** By name, or by number. Undefined where there is none. */
export async function findUser(
  wanted: string | number,
  turn: Turn,
  needs: AccountsNeeds,
): Promise<UserAccount | undefined> {
  const fields = await findLine({ kind: "passwd", wanted }, turn, needs);
  if (fields === undefined) return undefined;
  const [name = "", , uid, gid, displayName = "", home = "", shell = ""] = fields;
  return { name, uid: Number(uid), gid: Number(gid), displayName, home, shell };
}

/** By name, or by number. Undefined where there is none. */
export async function findGroup(
  wanted: string | number,
  turn: Turn,
  needs: AccountsNeeds,
): Promise<GroupAccount | undefined> {
  const fields = await findLine({ kind: "group", wanted }, turn, needs);
  return fields === undefined ? undefined : { name: fields[0] ?? "", gid: Number(fields[2]) };
}

interface Wanted {
  readonly kind: "passwd" | "group";
  readonly wanted: string | number;
}

async function findLine(
  { kind, wanted }: Wanted,
  turn: Turn,
  { root, run }: AccountsNeeds,
): Promise<readonly string[] | undefined> {
  const text = await readFile(join(root, "etc", kind), "utf8");
  const found = lineFor(text, wanted);
  // The name service is this system's own.
  if (found !== undefined || root !== "/" || !askable.test(String(wanted))) return found;
  const answer = await runCommand({ words: ["getent", kind, String(wanted)] }, turn, run);
  return answer.status === 0 ? lineFor(answer.stdout, wanted) : undefined;
}

function lineFor(text: string, wanted: string | number): readonly string[] | undefined {
  for (const line of text.split("\n")) {
    const fields = line.split(":");
    const [name = "", , id = ""] = fields;
    if (name === "" || !/^\d{1,10}$/.test(id)) continue;
    if (typeof wanted === "number" ? Number(id) === wanted : name === wanted) return fields;
  }
  return undefined;
}
