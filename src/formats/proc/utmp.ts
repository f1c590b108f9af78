// Records of utmp, wtmp and btmp (utmp(5)), little-endian: 384 bytes each (contract loda §6.7), or 400 where times have 64
// bits, as on arm64, riscv64 and s390x.

/** A session that began, or an attempt at one. */
export interface LoginRecord {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly pid: number;
  /** May be empty, as may be the device and the remote host. */
  readonly user: string;
  readonly device: string;
  readonly remote: string;
  readonly kind: "session" | "attempt";
}

export interface RecordLayout {
  readonly bytes: number;
  readonly seconds: number;
  readonly microseconds: number;
}

const usual: RecordLayout = { bytes: 384, seconds: 340, microseconds: 344 };
export const recordLayouts: readonly [RecordLayout, RecordLayout] = [
  usual,
  { bytes: 400, seconds: 344, microseconds: 352 },
];

const offsets = { type: 0, pid: 4, line: 8, user: 44, host: 76 };
/** Types up to ACCOUNTING. */
const lastType = 9;
/** USER_PROCESS, and LOGIN_PROCESS, which btmp has for attempts at a terminal. */
const kinds = new Map<number, LoginRecord["kind"]>([
  [7, "session"],
  [6, "attempt"],
]);

/** Sessions and attempts in the order of the file. A part of a record at the end is skipped, as are other types. */
export function parseLoginRecords(bytes: Buffer, layout: RecordLayout = usual): readonly LoginRecord[] {
  const records: LoginRecord[] = [];
  for (let start = 0; start + layout.bytes <= bytes.length; start += layout.bytes) {
    const kind = kinds.get(bytes.readInt16LE(start + offsets.type));
    if (kind !== undefined) records.push(recordOf(bytes.subarray(start, start + layout.bytes), kind, layout));
  }
  return records;
}

/** Whether what stands where records begin can be one: a type that there is, and nothing between it and the process. */
export function hasLayout(bytes: Buffer, layout: RecordLayout): boolean {
  for (let start = 0; start + layout.bytes <= bytes.length; start += layout.bytes) {
    const type = bytes.readInt16LE(start + offsets.type);
    if (type < 0 || type > lastType || bytes.readInt16LE(start + 2) !== 0) return false;
  }
  return true;
}

function recordOf(record: Buffer, kind: LoginRecord["kind"], layout: RecordLayout): LoginRecord {
  const seconds = record.readUInt32LE(layout.seconds);
  const microseconds = record.readInt32LE(layout.microseconds);
  return {
    atMs: seconds * 1000 + Math.floor(microseconds / 1000),
    pid: record.readInt32LE(offsets.pid),
    user: textOf(record, offsets.user, 32),
    device: textOf(record, offsets.line, 32),
    remote: textOf(record, offsets.host, 256),
    kind,
  };
}

/** Whoever tries to log in chooses the user's name: control characters of it go nowhere. */
function textOf(record: Buffer, offset: number, length: number): string {
  const field = record.subarray(offset, offset + length);
  const end = field.indexOf(0);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to take out
  return field.toString("utf8", 0, end < 0 ? length : end).replace(/[\u0000-\u001f\u007f]/g, "");
}
