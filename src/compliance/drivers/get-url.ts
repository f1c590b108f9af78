// A file that is fetched from a server and proved by its digest (contract opsbro §10.3).
import { createHash, randomBytes } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { posix } from "node:path";
import * as z from "zod";
import { reasonOf, systemCode } from "../../kernel/errors.ts";
import { syncDirectory } from "../../kernel/replace-file.ts";
import type { ComplianceHost } from "../host/compliance-host.ts";
import { download, shownUrl, webUrl } from "../host/download.ts";
import { digestNames, digestsOf, mismatch, type WantedDigests } from "../host/file-digest.ts";
import { type OpenDirectory, openDirectory } from "../host/open-directory.ts";
import { cannot, type Turn } from "../running/turn.ts";
import { defineDriver } from "./driver.ts";

const hex = (digits: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-fA-F]{${digits}}$`), `expected ${digits} hexadecimal digits`)
    .transform((text) => text.toLowerCase())
    .optional();

const parameters = z.strictObject({
  url: z.string().refine((text) => fileNameOf(text) !== undefined, {
    error: "expected an http or https address that ends with the name of a file",
  }),
  dest_directory: z.string().regex(/^\/[^\p{Cc}]*$/u, "expected the whole path of a directory"),
  ...{ md5: hex(32), sha1: hex(40), sha256: hex(64) },
});

type GetUrl = z.output<typeof parameters>;

/** Name that the file is given: the last part of the address. */
function fileNameOf(address: string): string | undefined {
  const path = webUrl(address)?.pathname;
  if (path === undefined) return undefined;
  try {
    const name = decodeURIComponent(path.slice(path.lastIndexOf("/") + 1));
    return /^(\.{0,2})$|[/\p{Cc}]/u.test(name) || name.length > 200 ? undefined : name;
  } catch {
    return undefined;
  }
}

export const getUrl = defineDriver({
  type: "get-url",
  parameters,
  async look(wanted, turn, host) {
    const name = fileNameOf(wanted.url) ?? "";
    const path = posix.join(wanted.dest_directory, name);
    const directory = await openDirectory(host.root, wanted.dest_directory).catch((thrown: unknown) => {
      if (systemCode(thrown) !== "ENOENT") throw thrown;
      throw cannot(`there is no directory ${wanted.dest_directory}`, thrown);
    });
    try {
      const wrong = await whatIsWrong({ wanted, name, path, directory }, turn, host);
      if (wrong === undefined) turn.compliant(`${path} is already there${provedBy(wanted)}`);
      else
        await turn.mend(`${path} ${wrong}`, () => fetchInto({ wanted, name, path, directory }, turn, host));
    } finally {
      await directory.close();
    }
  },
});

interface Place {
  readonly wanted: GetUrl;
  readonly name: string;
  readonly path: string;
  readonly directory: OpenDirectory;
}

async function whatIsWrong(
  { wanted, name, path, directory }: Place,
  { signal }: Turn,
  { digests }: ComplianceHost,
): Promise<string | undefined> {
  const names = digestNames.filter((one) => wanted[one] !== undefined);
  const request = { path: directory.at(name), key: path, names, signal };
  try {
    const found = await digestsOf(request, digests);
    if (found === undefined) return "is not there";
    const wrong = mismatch(wanted, found);
    return wrong === undefined ? undefined : `is not the right file: ${wrong}`;
  } catch (thrown) {
    throw cannot(`${path}: ${reasonOf(thrown)}`, thrown);
  }
}

function provedBy(wanted: WantedDigests): string {
  const name = digestNames.findLast((one) => wanted[one] !== undefined);
  return name === undefined ? "; no digest was given to prove it" : `, and its ${name} is right`;
}

/** Into a file of its own beside it, which takes the name only once it is proved. */
async function fetchInto(
  { wanted, name, path, directory }: Place,
  turn: Turn,
  host: ComplianceHost,
): Promise<string> {
  const temporary = directory.at(`.get-url-${randomBytes(6).toString("hex")}`);
  const file = await open(temporary, "wx", 0o600);
  try {
    const wrong = await closing(file, fill(file, wanted, turn, host));
    if (wrong !== undefined) throw cannot(`${shownUrl(new URL(wanted.url))}: not taken, ${wrong}`);
    turn.signal.throwIfAborted();
    await rename(temporary, directory.at(name));
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => {});
    throw thrown;
  }
  await syncDirectory(directory.at("."));
  return `${path} was fetched${provedBy(wanted)}`;
}

async function closing<Answer>(file: FileHandle, work: Promise<Answer>): Promise<Answer> {
  try {
    return await work;
  } finally {
    await file.close();
  }
}

/** What is wrong with what came, if anything is. */
async function fill(
  file: FileHandle,
  wanted: GetUrl,
  turn: Turn,
  { downloadLimitBytes: limitBytes }: ComplianceHost,
): Promise<string | undefined> {
  const hashes = digestNames.map((name) => ({ name, hash: createHash(name) }));
  let writing: Promise<unknown> = Promise.resolve();
  const onChunk = (chunk: Buffer) => {
    for (const { hash } of hashes) hash.update(chunk);
    writing = file.writeFile(chunk);
    return writing;
  };
  try {
    await download({ url: new URL(wanted.url), limitBytes, onChunk }, turn);
  } finally {
    // Of a download that was given up: nobody closes the file while it is written.
    await writing.catch(() => {});
  }
  await file.chmod(0o644);
  await file.sync();
  return mismatch(wanted, new Map(hashes.map(({ name, hash }) => [name, hash.digest("hex")])));
}
