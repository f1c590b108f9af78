// Packets that the network plugin of a real collectd 5.12 sent, and what they say.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CollectdUsers, collectdKey } from "../../../src/formats/collectd-packet/collectd-security.ts";
import type { Notification, ValueKind, ValueList } from "../../../src/formats/collectd-packet/value-list.ts";

export interface RecordedPacket {
  readonly name: string;
  readonly security: "none" | "sign" | "encrypt";
  readonly username?: string;
  readonly password?: string;
  readonly bytes: Buffer;
  readonly valueLists: readonly ValueList[];
  readonly notifications: readonly Notification[];
}

interface StoredPacket extends Omit<RecordedPacket, "bytes" | "valueLists"> {
  readonly hex: string;
  /** Whole numbers as texts, and the gauge that is none as `NaN`. */
  readonly valueLists: readonly (Omit<ValueList, "values"> & {
    readonly values: readonly [ValueKind, number | string][];
  })[];
}

const stored = JSON.parse(
  readFileSync(join(import.meta.dirname, "packets.json"), "utf8"),
) as readonly StoredPacket[];

export const recordedPackets: readonly RecordedPacket[] = stored.map(({ hex, valueLists, ...rest }) => ({
  ...rest,
  bytes: Buffer.from(hex, "hex"),
  valueLists: valueLists.map((list) => ({
    ...list,
    values: list.values.map(([kind, value]) => ({ kind, value: exactValue(kind, value) })),
  })),
}));

function exactValue(kind: ValueKind, value: number | string): number | bigint {
  if (kind === "gauge" || Number.isSafeInteger(Number(value))) return Number(value);
  return BigInt(value);
}

export function recordedPacket(name: string): RecordedPacket {
  const found = recordedPackets.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no packet ${name}`);
  return found;
}

/** Everybody who sealed a recorded packet. */
export const recordedUsers: CollectdUsers = new Map(
  recordedPackets.flatMap(({ username, password }) =>
    username === undefined || password === undefined ? [] : [[username, collectdKey(password)]],
  ),
);
