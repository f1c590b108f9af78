// As much of OpenPGP as tells which keys a file holds (RFC 4880 §4.2, §6.2, §12.2). Never throws.
import { createHash } from "node:crypto";

const publicKeyTag = 6;

const begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
const end = "-----END PGP PUBLIC KEY BLOCK-----";

/** The bytes of all armoured keys, one behind the other; undefined: it has no armour. */
export function withoutArmour(text: string): Buffer | undefined {
  const found: Buffer[] = [];
  let block: string[] | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line.trimEnd() === begin) block = [];
    else if (line.trimEnd() !== end) block?.push(line);
    else if (block !== undefined) {
      found.push(bytesOf(block));
      block = undefined;
    }
  }
  return found.length === 0 ? undefined : Buffer.concat(found);
}

/** Of headers, an empty line, the bytes, and a sum behind an equals sign. */
function bytesOf(lines: readonly string[]): Buffer {
  const empty = lines.findIndex((line) => line.trim() === "");
  const body = lines.slice(empty + 1).filter((line) => !line.startsWith("="));
  return Buffer.from(body.join(""), "base64");
}

/** The same key as a text; without the sum, which nobody asks for any more (RFC 9580 §6.1). */
export function withArmour(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return [begin, "", ...lines, end, ""].join("\n");
}

/** Fingerprints of the primary public keys, in lower-case hexadecimal; "" for one of a version other than 4. */
export function publicKeys(bytes: Buffer): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const packet = packetAt(bytes, at);
    if (packet === undefined) return [];
    if (packet.tag === publicKeyTag) found.push(fingerprintOf(bytes.subarray(packet.from, packet.to)));
    at = packet.to;
  }
  return found;
}

interface Packet {
  readonly tag: number;
  readonly from: number;
  readonly to: number;
}

function packetAt(bytes: Buffer, at: number): Packet | undefined {
  const first = bytes[at] ?? 0;
  if ((first & 0x80) === 0) return undefined;
  const isNew = (first & 0x40) !== 0;
  const length = isNew ? newLength(bytes, at + 1) : oldLength(bytes, at + 1, first & 3);
  if (length === undefined || length.from + length.bytes > bytes.length) return undefined;
  return {
    tag: isNew ? first & 0x3f : (first >> 2) & 0x0f,
    from: length.from,
    to: length.from + length.bytes,
  };
}

interface Length {
  readonly from: number;
  readonly bytes: number;
}

/** Lengths that come in parts do not stand before keys. */
function newLength(bytes: Buffer, at: number): Length | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 192) return { from: at + 1, bytes: first };
  if (first < 224) return { from: at + 2, bytes: ((first - 192) << 8) + (bytes[at + 1] ?? 0) + 192 };
  return first === 255 && at + 5 <= bytes.length
    ? { from: at + 5, bytes: bytes.readUInt32BE(at + 1) }
    : undefined;
}

function oldLength(bytes: Buffer, at: number, kind: number): Length | undefined {
  const width = [1, 2, 4][kind];
  if (width === undefined || at + width > bytes.length) return undefined;
  return { from: at + width, bytes: bytes.readUIntBE(at, width) };
}

function fingerprintOf(body: Buffer): string {
  if (body[0] !== 4) return "";
  const length = Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
  return createHash("sha1").update(length).update(body).digest("hex");
}
