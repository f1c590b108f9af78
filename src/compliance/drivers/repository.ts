// A repository of packages and the key that signs it (contract opsbro §10.3).
import { mkdir } from "node:fs/promises";
import { posix } from "node:path";
import * as z from "zod";
import { systemCode } from "../../kernel/errors.ts";
import { replaceFile } from "../../kernel/replace-file.ts";
import type { ComplianceHost } from "../host/compliance-host.ts";
import { webUrl } from "../host/download.ts";
import { openDirectory, splitPath } from "../host/open-directory.ts";
import type { Backend } from "../packages/backends.ts";
import { aptSource, findAptSource } from "../repositories/apt-source.ts";
import { repoFile } from "../repositories/repo-file.ts";
import { fetchKey, keyServerUrl, type SigningKey } from "../repositories/signing-key.ts";
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
    const reason = keyFault({ key, server, digest });
    if (reason !== undefined)
      issues.push({ ...context, code: "custom", message: reason, input: key, path: ["key"] });
  });

type Repository = z.output<typeof parameters>;

function keyFault(given: {
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
    else await lookAtRepoFile(wanted, { backend, directory: backend.repositories }, { turn, host });
  },
});

async function lookAtApt(wanted: Repository, turn: Turn, host: ComplianceHost): Promise<void> {
  const elsewhere = await findAptSource(wanted.url, host.root);
  const own = aptSource(wanted);
  if (elsewhere !== undefined && elsewhere !== own.path)
    return turn.compliant(`the repository ${wanted.url} stands in ${elsewhere}`);
  const { key, "key-server": server, key_sha256: digest } = wanted;
  const isSigned =
    key === undefined || (await lookAtKey({ key, server, digest }, own.keyPath, { turn, host }));
  if (isSigned) await lookAtFile({ path: own.path, text: own.text, what: wanted.url }, turn, host);
}

interface At {
  readonly turn: Turn;
  readonly host: ComplianceHost;
}

/** False: the key is not there. */
async function lookAtKey(signing: SigningKey, path: string, { turn, host }: At): Promise<boolean> {
  if ((await readSmallFile(host.root, path)) !== undefined) {
    turn.compliant(`the key is in ${path}`);
    return true;
  }
  return await turn.mend(`the key ${signing.key} is not in ${path}`, async () => {
    await writeAt(host.root, path, await fetchKey(signing, turn));
    return `the key ${signing.key} was fetched into ${path}`;
  });
}

async function lookAtRepoFile(
  wanted: Repository,
  { backend, directory }: { readonly backend: Backend; readonly directory: string },
  { turn, host }: At,
): Promise<void> {
  if (wanted["key-server"] !== undefined)
    throw cannot(`${backend.name} takes a key by its address, and from no key server`);
  const { name, text } = repoFile(wanted);
  await lookAtFile({ path: posix.join(directory, name), text, what: wanted.url }, turn, host);
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

/** As a whole, below directories that nobody exchanged; the last of them is made where it is missing. */
async function writeAt(root: string, path: string, text: string): Promise<void> {
  const { directory, name } = splitPath(path);
  const parent = splitPath(directory);
  const above = await openDirectory(root, parent.directory);
  try {
    await mkdir(above.at(parent.name), 0o755);
  } catch (thrown) {
    if (systemCode(thrown) !== "EEXIST") throw thrown;
  } finally {
    await above.close();
  }
  const opened = await openDirectory(root, directory);
  try {
    await replaceFile(opened.at(name), text, 0o644);
  } finally {
    await opened.close();
  }
}
