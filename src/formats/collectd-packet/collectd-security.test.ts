// What a sealed packet is: as long as was counted on, and nobody's but its user's.
import { describe, expect, it } from "vitest";
import {
  collectdKey,
  decrypted,
  encryptionBytes,
  isSignedBy,
  overheadBytes,
  type PacketSecurity,
  sealPacket,
  signatureBytes,
} from "./collectd-security.ts";

const [username, key, other] = ["ünï", collectdKey("secret"), collectdKey("Secret")];
const nameBytes = Buffer.byteLength(username);
const payload = Buffer.from("what is carried");
const seal = (level: "sign" | "encrypt") => sealPacket(payload, { level, username, key });

/** The packet with one bit of it changed. */
function changedAt(packet: Buffer, place: number): Buffer {
  const changed = Buffer.from(packet);
  changed[place] = (changed[place] ?? 0) ^ 1;
  return changed;
}

it.each<[string, PacketSecurity]>([
  ["plain", { level: "none" }],
  ["signed", { level: "sign", username, key }],
  ["encrypted", { level: "encrypt", username, key }],
])("%s it grows by what is said", (_how, security) => {
  for (const bytes of [Buffer.alloc(0), payload])
    expect(sealPacket(bytes, security).length - bytes.length).toBe(overheadBytes(security));
});

describe("a signed packet", () => {
  const hmacAt = signatureBytes - 32;
  const check = (packet: Buffer, by = key) =>
    isSignedBy(by, packet.subarray(hmacAt, signatureBytes), packet.subarray(signatureBytes));

  it("is its signer's, and shows what it carries", () => {
    expect(check(seal("sign"))).toBe(true);
    expect(check(seal("sign"), other)).toBe(false);
    expect(seal("sign").subarray(-payload.length)).toEqual(payload);
  });

  it("is nobody's once a bit of the signature, the name or the payload is another", () => {
    const packet = seal("sign");
    for (let place = hmacAt; place < packet.length; place += 1)
      expect(check(changedAt(packet, place))).toBe(false);
  });
});

describe("an encrypted packet", () => {
  const sealedAt = encryptionBytes - 36 + nameBytes;
  const open = (packet: Buffer, by = key) => decrypted(by, packet.subarray(sealedAt));

  it("is read with its key alone, and never looks the same twice", () => {
    expect(open(seal("encrypt"))).toEqual(payload);
    expect(open(seal("encrypt"), other)).toBeUndefined();
    expect(seal("encrypt").includes(payload)).toBe(false);
    expect(seal("encrypt")).not.toEqual(seal("encrypt"));
  });

  it("cannot be read once a bit of it is another", () => {
    const packet = seal("encrypt");
    for (let place = sealedAt; place < packet.length; place += 1)
      expect(open(changedAt(packet, place))).toBeUndefined();
  });
});
