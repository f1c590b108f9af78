// What collectd's network protocol says: value lists and notifications, and the numbers of the parts that carry them.

/** Numbers of the parts, contract collectd-monitor §6.2. */
export const part = {
  host: 0x0000,
  seconds: 0x0001,
  plugin: 0x0002,
  pluginInstance: 0x0003,
  type: 0x0004,
  typeInstance: 0x0005,
  values: 0x0006,
  intervalSeconds: 0x0007,
  time: 0x0008,
  interval: 0x0009,
  message: 0x0100,
  severity: 0x0101,
  signature: 0x0200,
  encrypted: 0x0210,
} as const;

/** In the order of their numbers on the wire. */
export const valueKinds = ["counter", "gauge", "derive", "absolute"] as const;
export type ValueKind = (typeof valueKinds)[number];

/** Bytes of a host's name, a plugin's, a type's and an instance's, without the zero at the end. */
export const nameLimitBytes = 127;
/** Bytes of a notification's message. */
export const messageLimitBytes = 255;

export interface CollectdValue {
  readonly kind: ValueKind;
  /** A bigint only where a number would not be exact. A gauge may be NaN. */
  readonly value: number | bigint;
}

export interface Identifier {
  readonly host: string;
  readonly plugin: string;
  /** May be empty, as may be the type's. */
  readonly pluginInstance: string;
  readonly type: string;
  readonly typeInstance: string;
}

export interface ValueList extends Identifier {
  /** Milliseconds since 1970, with fractions: the wire counts in 2^-30 seconds. */
  readonly timeMs: number;
  /** 0 where the sender says none. */
  readonly intervalMs: number;
  readonly values: readonly CollectdValue[];
}

export type Severity = "failure" | "warning" | "okay";

/** Everything but message and severity may be empty. */
export interface Notification extends Identifier {
  readonly timeMs: number;
  readonly severity: Severity;
  readonly message: string;
}

/** How far it is known who sent something: a verified signature, or a decrypted packet. */
export interface Provenance {
  readonly security: "none" | "signed" | "encrypted";
  /** Undefined where it is `none`. */
  readonly user: string | undefined;
}
