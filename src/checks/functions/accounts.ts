// Users and groups of the host: its own files first, then whatever else its name service knows.
import { join } from "node:path";
import { ExpressionError } from "../../languages/expression/index.ts";
import type { FunctionHost } from "./function-host.ts";
import { askFile, linesOf } from "./regular-file.ts";

/** As the files and `getent` call them. */
export type AccountKind = "passwd" | "group";

export interface Account {
  readonly name: string;
  readonly id: number;
}

export interface Wanted {
  readonly kind: AccountKind;
  /** Name or number. */
  readonly wanted: string | number;
}

const reach = { limitBytes: 16 * 1024 * 1024, chunkBytes: 65_536 };
const getentDeadlineMs = 5000;
/** It is given to a program, so nothing else is a name there. */
const askableName = /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,99}$/;

/** Undefined where there is none. Rejects with `ExpressionError` when nobody answers in time. */
export async function findAccount(wanted: Wanted, host: FunctionHost): Promise<Account | undefined> {
  const path = join(host.root, "/etc", wanted.kind);
  const found = await askFile(path, host, (signal) => inFile(path, wanted, signal).catch(() => undefined));
  return found ?? (await askGetent(wanted, host));
}

async function inFile(path: string, { wanted }: Wanted, signal: AbortSignal): Promise<Account | undefined> {
  for await (const lines of linesOf(path, { ...reach, signal }))
    for (const line of lines) {
      const account = accountOf(line);
      if (account !== undefined && (account.name === wanted || account.id === wanted)) return account;
    }
  return undefined;
}

/** `name:password:number:…`; undefined for other lines, such as those that stand for a whole service. */
function accountOf(line: string): Account | undefined {
  const [name = "", , id = ""] = line.split(":", 3);
  return name === "" || !/^\d{1,10}$/.test(id) ? undefined : { name, id: Number(id) };
}

/** The name service is this system's: of a host that is seen through a directory it knows nothing. */
async function askGetent(
  { kind, wanted }: Wanted,
  { root, run }: FunctionHost,
): Promise<Account | undefined> {
  const key = String(wanted);
  if (root !== "/" || !askableName.test(key)) return undefined;
  const { status, stdout } = await run({
    name: "getent",
    option: `${kind} ${key}`,
    deadlineMs: getentDeadlineMs,
  });
  // 2: there is none; 126 and 127: there is no such program, and so nothing beside the files.
  if (status === 2 || status === 126 || status === 127) return undefined;
  if (status !== 0) throw new ExpressionError(`getent ended with ${status}`);
  return accountOf(stdout.split("\n", 1)[0] ?? "");
}
