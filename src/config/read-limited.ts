// Reading small files whole, with a bound.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { reasonOf } from "../kernel/errors.ts";
import { readRegular, readTrusted } from "../kernel/trusted-file.ts";

/** A configuration file that was judged; pipes are welcome. Throws an Error with the reason. */
export function readConfigFile(path: string, limitBytes: number): Buffer {
  const stats = statSync(path);
  if (stats.isFile()) return readRegular(path, limitBytes);
  // Opening a device may do something, and reading it may never end.
  if (!stats.isFIFO()) throw new Error("it is neither a file nor a pipe");
  return withFile(path, constants.O_RDONLY, (file) => {
    if (!fstatSync(file).isFIFO()) throw new Error("it is no pipe any more");
    return readAll(file, limitBytes);
  });
}

/** A file that holds a secret: a regular one that others may neither read nor change. Throws an Error with the reason. */
export function readPrivateFile(path: string, limitBytes: number): Buffer {
  return readTrusted(path, { limitBytes, check: refuseReadableByOthers });
}

/** A regular file that others may not change. Throws an Error with the reason. */
export function readCredentialFile(path: string, limitBytes: number): Buffer {
  return readTrusted(path, { limitBytes });
}

/** What the system says, without the name of the call and the path, which our messages name themselves. */
export function readingReason(thrown: unknown): string {
  const reason = reasonOf(thrown);
  if (!(thrown instanceof Error) || !("syscall" in thrown)) return reason;
  return reason.split(`, ${thrown.syscall}`, 1)[0] ?? reason;
}

function refuseReadableByOthers({ mode }: Stats): void {
  if ((mode & 0o007) === 0) return;
  const shown = (mode & 0o777).toString(8).padStart(4, "0");
  throw new Error(`others have access to it (mode ${shown}); take that away with chmod o-rwx`);
}

function withFile(path: string, flags: number, use: (file: number) => Buffer): Buffer {
  const file = openSync(path, flags);
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

function readAll(file: number, limitBytes: number): Buffer {
  const chunks: Buffer[] = [];
  for (let total = 0; total <= limitBytes; ) {
    const chunk = Buffer.alloc(65_536);
    const length = readSync(file, chunk);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, length));
    total += length;
  }
  throw new Error(`it is larger than ${limitBytes} bytes`);
}
