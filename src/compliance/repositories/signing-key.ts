// The key of a repository: fetched, and proved to be the one that was asked for.
import { createHash } from "node:crypto";
import { download, shownUrl } from "../host/download.ts";
import { cannot, type Turn } from "../running/turn.ts";
import { publicKeys, withArmour, withoutArmour } from "./openpgp.ts";

export interface SigningKey {
  /** Address, or fingerprint on the server. */
  readonly key: string;
  readonly server: string | undefined;
  /** SHA-256 of the file, in lower case. */
  readonly digest: string | undefined;
}

/** In armour it is a third longer, and a small file still. */
const limitBytes = 640 * 1024;

/** The key in armour. */
export async function fetchKey({ key, server, digest }: SigningKey, turn: Turn): Promise<string> {
  const chunks: Buffer[] = [];
  const url = server === undefined ? new URL(key) : lookupUrl(server, key);
  await download({ url, limitBytes, onChunk: (chunk) => chunks.push(chunk) }, turn);
  const bytes = Buffer.concat(chunks);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (digest !== undefined && digest !== found)
    throw cannot(`the key is not the right one: its sha256 is ${found}, and ${digest} is wanted`);
  // Also out of armour: whatever else the file holds is not written.
  const bare = withoutArmour(bytes.toString("latin1")) ?? bytes;
  const fault = faultOf(bare, { key, server });
  // A key server tells nobody whether what it has is whose it says.
  if (fault !== undefined) throw cannot(`what came ${fault}`);
  return withArmour(bare);
}

/** What is wrong with a file that stands for the key already; undefined: nothing that can be seen in it. */
export function keyFileFault(content: Buffer, signing: SigningKey): string | undefined {
  return faultOf(withoutArmour(content.toString("latin1")) ?? content, signing);
}

/** The line of a repository's file that says where its key is from, and by what it was proved. */
export function keySourceLine({ key, server, digest }: SigningKey): string {
  const from = server === undefined ? shownUrl(new URL(key)) : `${plainFingerprint(key)} of ${server}`;
  return `# key: ${from}${digest === undefined ? "" : ` sha256 ${digest}`}`;
}

function faultOf(bare: Buffer, { key, server }: Omit<SigningKey, "digest">): string | undefined {
  const keys = publicKeys(bare);
  if (keys.length === 0) return "is no public key of OpenPGP";
  if (server === undefined) return undefined;
  const end = plainFingerprint(key);
  const [only = "", ...more] = keys;
  if (more.length > 0) return `holds ${keys.length} keys, and one is wanted`;
  return only.endsWith(end) ? undefined : `is the key ${only || "?"}, and ${end} is wanted`;
}

function plainFingerprint(text: string): string {
  return text.replaceAll(" ", "").replace(/^0x/i, "").toLowerCase();
}

/** `keys.example.org`, `hkp://keys.example.org:80`: asked over https in any case. Undefined for what is no server. */
export function keyServerUrl(server: string): URL | undefined {
  const name = /^(?:(?:hkps?|https?):\/\/)?([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::(\d{1,5}))?\/?$/.exec(
    server,
  );
  if (name === null) return undefined;
  const port = name[2] === undefined || name[2] === "80" || name[2] === "11371" ? "" : `:${name[2]}`;
  const address = `https://${name[1]}${port}/`;
  return URL.canParse(address) ? new URL(address) : undefined;
}

function lookupUrl(server: string, key: string): URL {
  const base = keyServerUrl(server);
  if (base === undefined) throw cannot(`${server} is no key server`);
  const url = new URL("/pks/lookup", base);
  url.search = `op=get&options=mr&search=0x${plainFingerprint(key)}`;
  return url;
}
