// Signed and encrypted packets of collectd's network protocol (contract collectd-monitor §6.4, §6.5).
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { part } from "./value-list.ts";

/** What a password is turned into, once. */
export interface CollectdKey {
  readonly signing: Buffer;
  readonly cipher: Buffer;
}

/** Keys by the name of their user. */
export type CollectdUsers = ReadonlyMap<string, CollectdKey>;

export interface Credentials {
  readonly username: string;
  readonly key: CollectdKey;
}

/** How packets leave. */
export type PacketSecurity =
  | { readonly level: "none" }
  | ({ readonly level: "sign" | "encrypt" } & Credentials);

const headBytes = 4;
const hmacBytes = 32;
const shaBytes = 20;
const ivBytes = 16;
const cipherName = "aes-256-ofb";
/** The smallest parts without the user's name. */
export const signatureBytes = headBytes + hmacBytes;
export const encryptionBytes = headBytes + 2 + ivBytes + shaBytes;

export function collectdKey(password: string): CollectdKey {
  const signing = Buffer.from(password);
  return { signing, cipher: createHash("sha256").update(signing).digest() };
}

/** Bytes by which a packet grows. */
export function overheadBytes(security: PacketSecurity): number {
  if (security.level === "none") return 0;
  const bytes = security.level === "sign" ? signatureBytes : encryptionBytes;
  return bytes + Buffer.byteLength(security.username);
}

/** The packet that carries `payload`. */
export function sealPacket(payload: Buffer, security: PacketSecurity): Buffer {
  if (security.level === "none") return Buffer.from(payload);
  return security.level === "sign" ? signed(payload, security) : encrypted(payload, security);
}

/** `covered`: the user's name and everything after it, to the end of the packet. */
export function isSignedBy(key: CollectdKey, hmac: Buffer, covered: Buffer): boolean {
  return timingSafeEqual(hmac, createHmac("sha256", key.signing).update(covered).digest());
}

/** `sealed`: what stands after the user's name. Undefined when the key is another, or something was changed. */
export function decrypted(key: CollectdKey, sealed: Buffer): Buffer | undefined {
  const decipher = createDecipheriv(cipherName, key.cipher, sealed.subarray(0, ivBytes));
  const plain = decipher.update(sealed.subarray(ivBytes));
  const payload = plain.subarray(shaBytes);
  const isWhole = timingSafeEqual(plain.subarray(0, shaBytes), createHash("sha1").update(payload).digest());
  return isWhole ? payload : undefined;
}

function signed(payload: Buffer, { username, key }: Credentials): Buffer {
  const name = Buffer.from(username);
  const hmac = createHmac("sha256", key.signing).update(name).update(payload).digest();
  return Buffer.concat([partHead(part.signature, signatureBytes + name.length), hmac, name, payload]);
}

function encrypted(payload: Buffer, { username, key }: Credentials): Buffer {
  const name = Buffer.from(username);
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(cipherName, key.cipher, iv);
  const sum = createHash("sha1").update(payload).digest();
  const nameLength = Buffer.alloc(2);
  nameLength.writeUInt16BE(name.length);
  const length = encryptionBytes + name.length + payload.length;
  const sealed = [cipher.update(sum), cipher.update(payload)];
  return Buffer.concat([partHead(part.encrypted, length), nameLength, name, iv, ...sealed]);
}

function partHead(number: number, length: number): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt16BE(number, 0);
  head.writeUInt16BE(length, 2);
  return head;
}
