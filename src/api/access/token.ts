// Tokens are kept as salted hashes and compared in constant time.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

export interface HashedToken {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** From `sha256:<salt>:<hash>` in hexadecimal, or from the token itself, which is not kept. */
export function hashedToken(text: string): HashedToken {
  const stored = /^sha256:([0-9a-f]{32}):([0-9a-f]{64})$/.exec(text);
  if (stored !== null)
    return { salt: Buffer.from(stored[1] ?? "", "hex"), hash: Buffer.from(stored[2] ?? "", "hex") };
  const salt = randomBytes(16);
  return { salt, hash: digest(salt, text) };
}

export function matchesToken({ salt, hash }: HashedToken, presented: string): boolean {
  return timingSafeEqual(hash, digest(salt, presented));
}

function digest(salt: Buffer, token: string): Buffer {
  return createHash("sha256").update(salt).update(token).digest();
}
