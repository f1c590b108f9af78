// Opening what an operator named: nothing that strangers can change, nothing that is no file, nothing without an end.
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
  statfsSync,
  statSync,
} from "node:fs";
import { open, stat, statfs } from "node:fs/promises";
import { entryTrusted, ownRules, type TrustRules, trusted, trustedLater } from "./trusted-path.ts";

const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** statfs(2): what these hold is made while it is read, and may have no end. */
const madeUp = new Set([
  0x9f_a0, 0x62_65_65_72, 0x64_62_67_20, 0x74_72_61_63, 0x63_67_72_70, 0x27_e0_eb, 0x73_63_66_73,
]);

/** Of a certificate, a key, or a list of them, with which a peer is judged. */
export const pemFile: Reading = { limitBytes: 8 * 1024 * 1024 };

export interface Reading {
  readonly limitBytes: number;
  /** May throw. */
  readonly check?: (stats: Stats) => void;
}

/** A file that gives orders. Throws an Error with the reason, and with the command that mends it where there is one. */
export function readTrusted(path: string, reading: Reading, rules: TrustRules = ownRules()): Buffer {
  // What is no file is not mended by the command that a reason would name.
  mustBeFile(statSync(path));
  refuse(trusted(path, rules));
  return readRegular(path, reading.limitBytes, (stats) => {
    refuse(entryTrusted(path, stats, rules));
    reading.check?.(stats);
  });
}

/** The same, where a file system that hangs must hold up nobody else. */
export async function readTrustedLater(path: string, reading: Reading): Promise<Buffer> {
  const rules = ownRules();
  mustBeFile(await stat(path));
  refuse(await trustedLater(path, rules));
  return await readRegularLater(path, reading.limitBytes, (stats) => {
    refuse(entryTrusted(path, stats, rules));
    reading.check?.(stats);
  });
}

/** A file that gives no orders. Throws an Error with the reason. */
export function readRegular(path: string, limitBytes: number, check?: Reading["check"]): Buffer {
  // Before it is opened, which may already do something to a device.
  mustBeFile(statSync(path));
  mustBeKept(statfsSync(path).type);
  const file = openSync(path, flags);
  try {
    const stats = fstatSync(file);
    mustBeFile(stats);
    check?.(stats);
    const pieces: Buffer[] = [];
    for (let total = 0; total <= limitBytes; ) {
      const piece = Buffer.alloc(pieceBytes(stats, total));
      const length = readSync(file, piece);
      if (length === 0) return Buffer.concat(pieces);
      pieces.push(piece.subarray(0, length));
      total += length;
    }
    throw tooLarge(limitBytes);
  } finally {
    closeSync(file);
  }
}

/** The same, where a file system that hangs must hold up nobody else. */
export async function readRegularLater(
  path: string,
  limitBytes: number,
  check?: Reading["check"],
): Promise<Buffer> {
  mustBeFile(await stat(path));
  mustBeKept((await statfs(path)).type);
  const file = await open(path, flags);
  try {
    const stats = await file.stat();
    mustBeFile(stats);
    check?.(stats);
    const pieces: Buffer[] = [];
    for (let total = 0; total <= limitBytes; ) {
      const piece = Buffer.alloc(pieceBytes(stats, total));
      const { bytesRead } = await file.read(piece);
      if (bytesRead === 0) return Buffer.concat(pieces);
      pieces.push(piece.subarray(0, bytesRead));
      total += bytesRead;
    }
    throw tooLarge(limitBytes);
  } finally {
    await file.close();
  }
}

/**
 * Why nothing may be written at this path, or undefined: a link that somebody planted would lead to a file of ours. A
 * group may share the directory as long as the name is no link.
 */
export function targetTrusted(path: string, rules: TrustRules = ownRules()): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  const isLink = found?.isSymbolicLink() === true;
  const leadsTo = isLink ? statSync(path, { throwIfNoEntry: false }) : found;
  if (leadsTo?.isFile() === false) return `${path} is no regular file`;
  return trusted(path, { ...rules, groupsCount: isLink });
}

function mustBeFile(stats: Stats): void {
  if (!stats.isFile()) throw new Error("it is not a regular file");
}

function mustBeKept(fileSystem: number): void {
  if (madeUp.has(fileSystem))
    throw new Error("it is not a regular file: the system makes it up when it is read");
}

/** What it holds and one byte more, as far as that is one piece. */
function pieceBytes({ size }: Stats, total: number): number {
  return Math.min(65_536, Math.max(size - total + 1, 1024));
}

function refuse(reason: string | undefined): void {
  if (reason !== undefined) throw new Error(reason);
}

function tooLarge(limitBytes: number): Error {
  return new Error(`it is larger than ${limitBytes} bytes`);
}
