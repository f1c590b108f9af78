// A repository of packages and the key that signs it (contract opsbro §10.3).
import { mkdir } from "node:fs/promises";
import { posix } from "node:path";
import * as z from "zod";
import { systemCode } from "../../kernel/errors.ts";
import { replaceFile } from "../../kernel/replace-file.ts";
import type { ComplianceHost } from "../host/compliance-host.ts";
import { shownUrl, webUrl } from "../host/download.ts";
import { type OpenDirectory, openDirectory, splitPath } from "../host/open-directory.ts";
import { aptSource, findAptSource } from "../repositories/apt-source.ts";
import { repoFile } from "../repositories/repo-file.ts";
import {
  fetchKey,
  keyFileFault,
  keyServerUrl,
  keySourceLine,
  type SigningKey,
} from "../repositories/signing-key.ts";
import { readSmallFile } from "../repositories/small-file.ts";
import { cannot, type Turn } from "../running/turn.ts";
import { defineDriver } from "./driver.ts";

const oneLine = z.string().regex(/^[^\p{Cc}]+$/u, "expected one line");

const parameters = z
  .strictObject({
    name: oneLine.describe("Name of its file."),
    url: oneLine
      .regex(/^(https?:\/\/|file:\/)\S+( \S+)*$/, "expected an address, with suite and components for apt")
      .describe("Address; for apt the suite and the components follow it."),
    key: oneLine.optional().describe("Address of the key, or its fingerprint on a key server."),
    "key-server": oneLine
      .refine((text) => keyServerUrl(text) !== undefined, { error: "expected the name of a server" })
      .optional(),
    key_sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, "expected 64 hexadecimal digits")
      .transform((text) => text.toLowerCase())
      .optional()
      .describe("Digest of the key's file; without it the key's address has to begin with https."),
  })
  .check(({ value: { key, "key-server": server, key_sha256: digest }, issues, ...context }) => {
    const reason = parameterFault({ key, server, digest });
    if (reason !== undefined)
      issues.push({ ...context, code: "custom", message: reason, input: key, path: ["key"] });
  });

type Repository = z.output<typeof parameters>;

function parameterFault(given: {
  key?: string | undefined;
  server?: string | undefined;
  digest?: string | undefined;
}) {
  const { key, server, digest } = given;
  if (key === undefined) return server === undefined ? undefined : "expected the fingerprint of the key";
  if (server !== undefined)
    return /^(0x)?([0-9a-fA-F]{8}|[0-9a-fA-F]{16}|[0-9a-fA-F]{40})$/.test(key.replaceAll(" ", ""))
      ? undefined
      : "expected a fingerprint of 40 hexadecimal digits, or its last 16 or 8";
  const url = webUrl(key);
  if (url === undefined) return "expected an https address; a fingerprint needs key-server";
  if (url.protocol === "https:" || digest !== undefined) return undefined;
  return "expected an https address, or key_sha256 with it: who can change a key on its way can change packages";
}

export const repository = defineDriver({
  type: "repository",
  parameters,
  async look(wanted, turn, host) {
    const backend = await host.packages.backend();
    if (backend.repositories === undefined) throw cannot(`repositories of ${backend.name} are not managed`);
    if (backend.name === "apt") await lookAtApt(wanted, turn, host);
    else await lookAtRepoFile(wanted, { directory: backend.repositories }, { turn, host });
  },
});

async function lookAtApt(wanted: Repository, turn: Turn, host: ComplianceHost): Promise<void> {
  const elsewhere = await findAptSource(wanted.url, host.root);
  const signing = signingOf(wanted);
  const own = aptSource({ ...wanted, keySource: signing && keySourceLine(signing) });
  if (elsewhere !== undefined && elsewhere !== own.path)
    return turn.compliant(`the repository ${wanted.url} stands in ${elsewhere}`);
  await lookAtBoth({ ...own, what: wanted.url, signing }, { turn, host });
}

async function lookAtRepoFile(
  wanted: Repository,
  { directory }: { readonly directory: string },
  at: At,
): Promise<void> {
  const signing = signingOf(wanted);
  const { name, ...file } = repoFile({ ...wanted, keySource: signing && keySourceLine(signing) });
  await lookAtBoth({ ...file, path: posix.join(directory, name), what: wanted.url, signing }, at);
}

function signingOf({ key, "key-server": server, key_sha256: digest }: Repository): SigningKey | undefined {
  return key === undefined ? undefined : { key, server, digest };
}

interface At {
  readonly turn: Turn;
  readonly host: ComplianceHost;
}

interface Signed extends WantedFile {
  readonly keyPath: string;
  /** Undefined: it has no key of its own. */
  readonly signing: SigningKey | undefined;
}

/** The key first: a repository is not asked before there is something that proves its packages. */
async function lookAtBoth({ signing, ...file }: Signed, { turn, host }: At): Promise<void> {
  if (signing !== undefined && !(await lookAtKey(signing, file, { turn, host }))) return;
  await lookAtFile(file, turn, host);
}

/** False: the key is not there. */
async function lookAtKey(
  signing: SigningKey,
  { path, keyPath }: Omit<Signed, "signing">,
  { turn, host }: At,
): Promise<boolean> {
  const found = await readSmallFile(host.root, keyPath);
  const source = (await readSmallFile(host.root, path))?.toString("utf8") ?? "";
  const wrong = keyFault({ found, source }, signing);
  if (wrong === undefined) {
    turn.compliant(`the key is in ${keyPath}`);
    return true;
  }
  return await turn.mend(`the key ${shownKey(signing)} is not in ${keyPath}${wrong}`, async () => {
    await writeAt(host.root, keyPath, await fetchKey(signing, turn));
    return `the key ${shownKey(signing)} was fetched into ${keyPath}`;
  });
}

/** A fingerprint proves the file itself; for an address stands what was written beside it when it was proved. */
function keyFault(
  { found, source }: { readonly found: Buffer | undefined; readonly source: string },
  signing: SigningKey,
): string | undefined {
  if (found === undefined) return "";
  const fault = keyFileFault(found, signing);
  if (fault !== undefined) return `: what is there ${fault}`;
  if (signing.server !== undefined || source.split("\n").includes(keySourceLine(signing))) return undefined;
  return ": what is there is not known to be from there";
}

/** Without a user and password. */
function shownKey({ key, server }: SigningKey): string {
  return server === undefined ? shownUrl(new URL(key)) : key;
}

interface WantedFile {
  readonly path: string;
  readonly text: string;
  readonly what: string;
}

async function lookAtFile({ path, text, what }: WantedFile, turn: Turn, host: ComplianceHost): Promise<void> {
  const found = await readSmallFile(host.root, path);
  if (found?.toString("utf8") === text) return turn.compliant(`the repository ${what} is in ${path}`);
  const wrong = found === undefined ? `is not in ${path}` : `is otherwise in ${path}`;
  await turn.mend(`the repository ${what} ${wrong}`, async () => {
    await writeAt(host.root, path, text);
    host.packages.forgetLists();
    return `the repository ${what} was written into ${path}`;
  });
}

/** As a whole, below directories that nobody exchanged; those that are missing are made. */
async function writeAt(root: string, path: string, text: string): Promise<void> {
  const { directory, name } = splitPath(path);
  const opened = await madeDirectory(root, directory);
  try {
    await replaceFile(opened.at(name), text, 0o644);
  } finally {
    await opened.close();
  }
}

async function madeDirectory(root: string, path: string): Promise<OpenDirectory> {
  try {
    return await openDirectory(root, path);
  } catch (thrown) {
    if (systemCode(thrown) !== "ENOENT" || path === "/") throw thrown;
  }
  const { directory, name } = splitPath(path);
  const above = await madeDirectory(root, directory);
  try {
    await mkdir(above.at(name), 0o755);
  } catch (thrown) {
    if (systemCode(thrown) !== "EEXIST") throw thrown;
  } finally {
    await above.close();
  }
  return await openDirectory(root, path);
}
