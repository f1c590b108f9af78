// Reading small files whole, with a bound.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { reasonOf } from "../kernel/errors.ts";

/** A configuration file; pipes are welcome. Throws an Error with the reason. */
export function readConfigFile(path: string, limitBytes: number): Buffer {
  return withFile(path, constants.O_RDONLY, (file) => readAll(file, limitBytes));
}

/** A file that holds a secret: a regular one that others may not read. Throws an Error with the reason. */
export function readPrivateFile(path: string, limitBytes: number): Buffer {
  return readChecked(path, limitBytes, refuseReadableByOthers);
}

/** A regular file; the system takes care of who may read it. Throws an Error with the reason. */
export function readCredentialFile(path: string, limitBytes: number): Buffer {
  return readChecked(path, limitBytes, () => {});
}

/** What the system says, without the name of the call and the path, which our messages name themselves. */
export function readingReason(thrown: unknown): string {
  return reasonOf(thrown).replace(/, \w+( '.*')?$/s, "");
}

function readChecked(path: string, limitBytes: number, check: (stats: Stats) => void): Buffer {
  // Without O_NONBLOCK the opening of a pipe that nobody writes to would wait for ever.
  return withFile(path, constants.O_RDONLY | constants.O_NONBLOCK, (file) => {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Error("it is not a regular file");
    check(stats);
    return readAll(file, limitBytes);
  });
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
