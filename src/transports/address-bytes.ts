// An address as its bytes, and the network of it that counts as one source.
import { isIP } from "node:net";
import { plainAddress } from "./address-list.ts";

/** Four bytes, also for IPv4 within IPv6, or sixteen; the index of a zone is left out. What is no address has none. */
export function addressBytes(address: string): Buffer {
  const plain = plainAddress(address);
  if (isIP(plain) === 4) return Buffer.from(plain.split(".").map(Number));
  if (isIP(plain) === 0) return Buffer.alloc(0);
  // The tail of an address may be written as IPv4 (RFC 4291 §2.2).
  const full = new URL(`http://[${plain}]/`).hostname.slice(1, -1);
  const [head = "", tail] = full.split("::");
  const groupsOf = (text: string) => (text === "" ? [] : text.split(":"));
  const [first, last] = [groupsOf(head), groupsOf(tail ?? "")];
  const missing = Array.from({ length: 8 - first.length - last.length }, () => "0");
  const bytes = Buffer.alloc(16);
  for (const [place, group] of [...first, ...missing, ...last].entries())
    bytes.writeUInt16BE(Number.parseInt(group, 16), place * 2);
  return bytes;
}

/** Whoever has one IPv6 address has a /64 of them: they count as one source. */
export function sourceOf(address: string): string {
  const bytes = addressBytes(address);
  return bytes.length === 16 ? `${bytes.toString("hex", 0, 8)}::/64` : plainAddress(address);
}
