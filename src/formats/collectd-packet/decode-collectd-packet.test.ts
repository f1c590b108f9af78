// Packets of a real collectd are read as it meant them; every other sequence of bytes is read without an accident.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordedPacket, recordedPackets, recordedUsers } from "../../../test/support/collectd/recorded.ts";
import { workedWithin } from "../../../test/support/worked.ts";
import { type CollectdUsers, collectdKey, type PacketSecurity, sealPacket } from "./collectd-security.ts";
import { type DecodedPacket, type DecodeOptions, decodeCollectdPacket } from "./decode-collectd-packet.ts";
import { part } from "./value-list.ts";

const open: DecodeOptions = { security: "none", users: recordedUsers };

function decode(bytes: Buffer, options = open): DecodedPacket {
  return decodeCollectdPacket({ bytes, from: 0, to: bytes.length }, options);
}

const reasons = ({ faults }: DecodedPacket) => faults.map(({ reason }) => reason);

function framed(number: number, body: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(number, 0);
  head.writeUInt16BE(body.length + 4, 2);
  return Buffer.concat([head, body]);
}

const text = (number: number, content: string) => framed(number, Buffer.from(`${content}\0`));

function whole(number: number, value: bigint): Buffer {
  const body = Buffer.alloc(8);
  body.writeBigUInt64BE(value);
  return framed(number, body);
}

const gauge = framed(part.values, Buffer.from("000101000000000000f03f", "hex"));
const [host, plugin, type] = [text(part.host, "h"), text(part.plugin, "p"), text(part.type, "t")];
const time = whole(part.time, 1700000000n << 30n);
const good = Buffer.concat([host, plugin, type, time, gauge]);

describe("recorded packets", () => {
  it.each(recordedPackets)("$name", ({ bytes, security, username, valueLists, notifications }) => {
    const how = security === "none" ? "none" : security === "sign" ? "signed" : "encrypted";
    const provenance = { security: how, user: username };
    expect(decode(bytes)).toEqual({
      valueLists: valueLists.map((list) => ({ ...list, ...provenance })),
      notifications: notifications.map((one) => ({ ...one, ...provenance })),
      faults: [],
    });
  });

  it("are read in the middle of a larger buffer too", () => {
    const { bytes, valueLists } = recordedPacket("encrypted-values");
    const larger = Buffer.concat([Buffer.alloc(7, 1), bytes, Buffer.alloc(9, 1)]);
    const decoded = decodeCollectdPacket({ bytes: larger, from: 7, to: 7 + bytes.length }, open);
    expect(decoded.valueLists).toHaveLength(valueLists.length);
    expect(decoded.faults).toEqual([]);
  });
});

const [alice, bob] = [recordedPacket("signed-values"), recordedPacket("encrypted-values")];
const changed = Buffer.from(alice.bytes);
changed[changed.length - 1] = 0x41;
const wrong: CollectdUsers = new Map([["bob", collectdKey("another")]]);
const nobody: CollectdUsers = new Map();

describe("what a receiver takes", () => {
  it.each<[string, Buffer, DecodeOptions["security"], CollectdUsers | undefined, string]>([
    ["plain", good, "none", undefined, "none"],
    ["plain", good, "sign", recordedUsers, "not signed"],
    ["plain", good, "encrypt", recordedUsers, "not encrypted"],
    ["signed", alice.bytes, "none", undefined, "none"],
    ["signed", alice.bytes, "none", recordedUsers, "signed"],
    ["signed", alice.bytes, "sign", recordedUsers, "signed"],
    ["signed", alice.bytes, "encrypt", recordedUsers, "not encrypted"],
    ["signed and changed", changed, "none", undefined, "none"],
    ["signed and changed", changed, "none", recordedUsers, "bad signature"],
    ["signed and changed", changed, "sign", recordedUsers, "bad signature"],
    ["signed and changed", changed, "encrypt", recordedUsers, "not encrypted"],
    ["signed by a stranger", alice.bytes, "none", undefined, "none"],
    ["signed by a stranger", alice.bytes, "sign", nobody, "unknown user"],
    ["signed by a stranger", alice.bytes, "encrypt", nobody, "not encrypted"],
    ["encrypted", bob.bytes, "none", undefined, "encrypted, and there are no users"],
    ["encrypted", bob.bytes, "none", recordedUsers, "encrypted"],
    ["encrypted", bob.bytes, "sign", recordedUsers, "encrypted"],
    ["encrypted", bob.bytes, "encrypt", recordedUsers, "encrypted"],
    ["encrypted by a stranger", bob.bytes, "sign", nobody, "unknown user"],
    ["encrypted with another key", bob.bytes, "none", wrong, "cannot decrypt"],
    ["encrypted with another key", bob.bytes, "sign", wrong, "cannot decrypt"],
    ["encrypted with another key", bob.bytes, "encrypt", wrong, "cannot decrypt"],
  ])("%s", (_, bytes, security, users, expected) => {
    const decoded = decode(bytes, { security, users });
    const taken = [...new Set(decoded.valueLists.map((list) => list.security as string))];
    expect([...taken, ...reasons(decoded)]).toEqual([expected]);
  });

  it("is not what stands before or beside what is secured", () => {
    const sealed = Buffer.concat([good, bob.bytes, good]);
    const { valueLists, faults } = decode(sealed, { security: "encrypt", users: recordedUsers });
    expect(valueLists).toHaveLength(7);
    expect(faults).toEqual([{ reason: "not encrypted", at: 0 }]);
  });

  it("is not more secured than its outermost part that is", () => {
    const inner: PacketSecurity = { level: "sign", username: "alice", key: collectdKey("sign-secret") };
    const outer: PacketSecurity = { level: "encrypt", username: "bob", key: collectdKey("encrypt-secret") };
    const nested = (...levels: PacketSecurity[]) =>
      levels.reduce<Buffer>((bytes, level) => sealPacket(bytes, level), good);
    expect(decode(nested(inner, outer)).valueLists).toMatchObject([{ security: "encrypted", user: "alice" }]);
    expect(decode(nested(outer, inner)).valueLists).toMatchObject([{ security: "encrypted", user: "bob" }]);
    expect(reasons(decode(nested(outer, outer, outer)))).toEqual(["nested too deep"]);
    expect(reasons(decode(nested(inner, outer, inner)))).toEqual(["nested too deep"]);
  });
});

describe("a part that is malformed", () => {
  const [short, long] = ["n".repeat(127), "n".repeat(128)];
  it.each<[string, Buffer, string]>([
    ["without the zero at its end", framed(part.host, Buffer.from("h")), "malformed name"],
    ["without a text", framed(part.type, Buffer.alloc(0)), "malformed name"],
    ["with a name that is too long", text(part.pluginInstance, long), "malformed name"],
    ["with a message that is too long", text(part.message, "m".repeat(256)), "malformed message"],
    ["with a number of four bytes", framed(part.time, Buffer.alloc(4)), "malformed number"],
    [
      "with more values than it has room for",
      framed(part.values, Buffer.from("ffff01", "hex")),
      "malformed values",
    ],
    ["with no values", framed(part.values, Buffer.alloc(2)), "malformed values"],
    [
      "with a kind that there is not",
      framed(part.values, Buffer.from("0001040000000000000000", "hex")),
      "malformed values",
    ],
    ["that is shorter than its head", Buffer.from("0000000300", "hex"), "truncated part"],
    ["that is longer than the packet", Buffer.from("0000ffff00", "hex"), "truncated part"],
    ["with a signature of one byte", framed(part.signature, Buffer.alloc(1)), "malformed signature"],
    ["with an encryption of one byte", framed(part.encrypted, Buffer.alloc(1)), "malformed encryption"],
    [
      "with a user as long as the part",
      framed(part.encrypted, Buffer.alloc(60, 0x10)),
      "malformed encryption",
    ],
  ])("ends the packet: %s", (_, bytes, reason) => {
    const decoded = decode(Buffer.concat([good, bytes, good]));
    expect(decoded.faults).toEqual([{ reason, at: good.length }]);
    expect(decoded.valueLists).toHaveLength(1);
  });

  it("is told with its place behind encryption as well", () => {
    const outer: PacketSecurity = { level: "encrypt", username: "bob", key: collectdKey("encrypt-secret") };
    const sealed = sealPacket(Buffer.concat([good, framed(part.time, Buffer.alloc(4))]), outer);
    expect(decode(sealed).faults).toEqual([{ reason: "malformed number", at: sealed.length - 8 }]);
  });

  it.each<[string, Buffer[], string]>([
    ["no time", [host, plugin, type, gauge], "no time"],
    ["a time beyond what there is", [host, plugin, type, whole(part.seconds, 1n << 60n), gauge], "no time"],
    ["no host", [plugin, type, time, gauge], "no host, plugin or type"],
    ["no plugin", [host, type, time, gauge], "no host, plugin or type"],
    ["an empty type", [host, plugin, type, time, text(part.type, ""), gauge], "no host, plugin or type"],
    ["a severity between two", [time, whole(part.severity, 3n), text(part.message, "m")], "unknown severity"],
    ["a message and no time", [whole(part.severity, 1n), text(part.message, "m")], "no time"],
    ["an empty message", [time, whole(part.severity, 1n), text(part.message, "")], "empty message"],
  ])("or says too little is left out alone: %s", (_, parts, reason) => {
    const decoded = decode(Buffer.concat([...parts, good]));
    expect(reasons(decoded)).toEqual([reason]);
    expect(decoded.valueLists).toHaveLength(1);
    expect(decoded.notifications).toEqual([]);
  });

  it("is not one that is unknown, as long as a name may be, or cut by a zero", () => {
    const odd = [framed(0x0999, Buffer.alloc(50)), text(part.plugin, short), text(part.typeInstance, "a\0b")];
    const { valueLists, faults } = decode(Buffer.concat([host, type, time, ...odd, gauge]));
    expect(faults).toEqual([]);
    expect(valueLists).toMatchObject([{ plugin: short, typeInstance: "a" }]);
  });

  it("is told when up to four bytes are left over", () => {
    expect(decode(Buffer.concat([good, Buffer.alloc(3)])).faults).toEqual([
      { reason: "truncated part", at: good.length },
    ]);
  });
});

it("times in the old form, intervals and numbers of 53 bits and more are exact", () => {
  const values = Buffer.from(
    "000400000202001fffffffffffff0020000000000000ffe0000000000000ffdfffffffffffff",
    "hex",
  );
  const parts = [host, plugin, type, whole(part.seconds, 1700000000n), whole(part.intervalSeconds, 10n)];
  const { valueLists } = decode(Buffer.concat([...parts, framed(part.values, values)]));
  expect(valueLists).toMatchObject([
    {
      timeMs: 1_700_000_000_000,
      intervalMs: 10_000,
      values: [
        { kind: "counter", value: 2 ** 53 - 1 },
        { kind: "counter", value: 2n ** 53n },
        { kind: "derive", value: -(2 ** 53) },
        { kind: "derive", value: -(2n ** 53n) - 1n },
      ],
    },
  ]);
});

describe("bytes of any kind", () => {
  const options: DecodeOptions[] = (["none", "sign", "encrypt"] as const).flatMap((security) => [
    { security, users: recordedUsers },
    { security, users: undefined },
  ]);
  const decodeAll = (bytes: Buffer) => {
    for (const one of options)
      for (const { at } of decode(bytes, one).faults) expect(at).toBeLessThanOrEqual(bytes.length);
  };

  it("are read to their end", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => decodeAll(Buffer.from(bytes))));
  });

  it("are read wherever a recorded packet is cut off, and give no values of its rest", () => {
    for (const { bytes } of recordedPackets)
      for (let length = 0; length < bytes.length; length += 1) {
        decodeAll(bytes.subarray(0, length));
        expect(decode(bytes.subarray(0, length)).valueLists.length).toBeLessThan(7);
      }
  });

  it("are read whatever bytes of a recorded packet are changed", () => {
    const change = fc.tuple(fc.nat(500), fc.nat(255));
    const changes = fc.array(change, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...recordedPackets), changes, ({ bytes: original }, places) => {
        const bytes = Buffer.from(original);
        for (const [at, byte] of places) bytes[at % bytes.length] = byte;
        decodeAll(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it("take time in proportion: the largest datagrams of the worst kinds are done at once", () => {
    const fill = (one: Buffer) =>
      Buffer.concat(Array.from({ length: Math.floor(65_507 / one.length) }, () => one));
    const empty = Buffer.concat([framed(part.encrypted, Buffer.from(`\0\x03bob${"\0".repeat(36)}`))]);
    const sealed = fill(framed(part.signature, Buffer.from(`${"\0".repeat(32)}nobody`)));
    const datagrams = [fill(gauge), fill(empty), sealed, fill(Buffer.from("0999000400", "hex")), fill(host)];
    workedWithin(1000, () => {
      for (const bytes of datagrams) decodeAll(bytes);
    });
  });
});
