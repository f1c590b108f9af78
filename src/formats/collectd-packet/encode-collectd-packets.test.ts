// Packets are those that collectd's own sender makes, and whatever can be said is read back as it was.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordedPacket, recordedPackets, recordedUsers } from "../../../test/support/collectd/recorded.ts";
import { collectdKey, type PacketSecurity } from "./collectd-security.ts";
import { decodeCollectdPacket } from "./decode-collectd-packet.ts";
import { encodeCollectdPackets } from "./encode-collectd-packets.ts";
import { type CollectdValue, type ValueList, valueKinds } from "./value-list.ts";

function securityOf(name: string): PacketSecurity {
  const { security: level, username = "", password = "" } = recordedPacket(name);
  return level === "none" ? { level } : { level, username, key: collectdKey(password) };
}

const securities = ["plain-values", "signed-values", "encrypted-values"].map(securityOf);

function decode(packets: readonly Buffer[]): ValueList[] {
  return packets.flatMap((bytes) => {
    const span = { bytes, from: 0, to: bytes.length };
    const { valueLists, faults } = decodeCollectdPacket(span, { security: "none", users: recordedUsers });
    expect(faults).toEqual([]);
    return valueLists.map(({ security, user, ...list }) => list);
  });
}

describe("the value lists of a recorded packet", () => {
  it.each(["plain-values", "signed-values"])("become the same bytes: %s", (name) => {
    const { valueLists, bytes } = recordedPacket(name);
    const { packets, omitted } = encodeCollectdPackets(valueLists, {
      maxBytes: 1452,
      security: securityOf(name),
    });
    expect(packets.map((packet) => packet.toString("hex"))).toEqual([bytes.toString("hex")]);
    expect(omitted).toBe(0);
  });

  it.each(recordedPackets.filter(({ valueLists }) => valueLists.length > 0))(
    "are read back: $name",
    (packet) => {
      const { valueLists, bytes, name } = packet;
      const { packets } = encodeCollectdPackets(valueLists, { maxBytes: 1452, security: securityOf(name) });
      expect(packets.map(({ length }) => length)).toEqual([bytes.length]);
      expect(decode(packets)).toEqual(valueLists);
    },
  );
});

const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((text) => !text.includes("\0"));
const instance = fc.oneof(fc.constant(""), name);
const unsigned = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const signed = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const value = fc.constantFrom(...valueKinds).chain((kind): fc.Arbitrary<CollectdValue> => {
  if (kind === "gauge") return fc.double().map((gauge) => ({ kind, value: gauge }));
  return (kind === "derive" ? signed : unsigned).map((number) => {
    const isExact = number < 2n ** 53n && number >= -(2n ** 53n);
    return { kind, value: isExact ? Number(number) : number };
  });
});
const list = fc.record({
  host: fc.constantFrom("a", "b.example"),
  plugin: name,
  pluginInstance: instance,
  type: name,
  typeInstance: instance,
  timeMs: fc.integer({ min: 1, max: 2 ** 33 }).map((quarters) => quarters * 250),
  intervalMs: fc.integer({ min: 0, max: 100 }).map((seconds) => seconds * 1000),
  values: fc.array(value, { minLength: 1, maxLength: 20 }),
});

describe("value lists", () => {
  it("of any kind are read back, and no packet is larger than allowed", () => {
    const lists = fc.array(list, { maxLength: 40 });
    fc.assert(
      fc.property(
        lists,
        fc.constantFrom(...securities),
        fc.integer({ min: 1024, max: 3000 }),
        (given, security, maxBytes) => {
          const { packets, omitted } = encodeCollectdPackets(given, { maxBytes, security });
          expect(Math.max(0, ...packets.map(({ length }) => length))).toBeLessThanOrEqual(maxBytes);
          expect(omitted).toBe(0);
          expect(decode(packets)).toEqual(given);
        },
      ),
    );
  });

  const plain: PacketSecurity = { level: "none" };
  const one: ValueList = {
    host: "h",
    plugin: "p",
    pluginInstance: "",
    type: "gauge",
    typeInstance: "",
    timeMs: 1_700_000_000_001,
    intervalMs: 10_000,
    values: [{ kind: "gauge", value: 1 }],
  };

  it("that cannot be said are left out and counted", () => {
    const many = Array.from({ length: 200 }, () => ({ kind: "gauge" as const, value: 1 }));
    const lists = [
      one,
      { ...one, plugin: "é".repeat(64) },
      { ...one, host: "h".repeat(128) },
      { ...one, values: many },
      one,
    ];
    const { packets, omitted } = encodeCollectdPackets(lists, { maxBytes: 1452, security: plain });
    expect(omitted).toBe(3);
    expect(decode(packets)).toHaveLength(2);
  });

  it("keep the millisecond of their time, and a fraction that is nearly a second", () => {
    const at = (timeMs: number) =>
      encodeCollectdPackets([{ ...one, timeMs }], { maxBytes: 1452, security: plain });
    for (let millisecond = 0; millisecond < 1000; millisecond += 1) {
      const [read] = decode(at(1_700_000_000_000 + millisecond).packets);
      expect(Math.round(read?.timeMs ?? 0)).toBe(1_700_000_000_000 + millisecond);
    }
    expect(decode(at(1999.999_999_999_9).packets)).toMatchObject([{ timeMs: 2000 }]);
  });
});
