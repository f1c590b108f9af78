// Reading files that expressions name: regular ones only, piece by piece, up to a limit, and given up when nobody waits.
import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { ExpressionError, textOf, type Value } from "../../languages/expression/index.ts";
import type { FunctionHost } from "./function-host.ts";
import { createSlots } from "./slots.ts";

const fileDeadlineMs = 5000;
/** Of the threads of the process, so that two mounts that are gone leave some to all others. */
const files = createSlots(2);

/** Where a path of the host is seen. Throws for what is no whole path. */
export function pathAt(host: Pick<FunctionHost, "root">, value: Value | undefined): string {
  const path = textOf(value);
  if (!path.startsWith("/") || path.includes("\0")) {
    throw new ExpressionError(`${JSON.stringify(path.slice(0, 60))} is no path: it has to begin with /`);
  }
  return host.root === "/" ? path : join(host.root, path);
}

type FileHost = Pick<FunctionHost, "clock" | "signal">;

/** Does something with a file within 5 s. Rejects with `ExpressionError` when that is over. */
export function askFile<Answer>(
  path: string,
  { clock, signal }: FileHost,
  run: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  return files.ask({ key: path, run }, { clock, signal, deadlineMs: fileDeadlineMs });
}

export interface Reach {
  readonly limitBytes: number;
  readonly chunkBytes: number;
  readonly signal: AbortSignal;
  /** True: a file that is larger is refused with `ExpressionError`. */
  readonly isWhole?: boolean;
}

/** Bytes of a regular file up to the limit; each piece holds only until the next. Rejects when it cannot be read. */
export async function* chunksOf(path: string, reach: Reach): AsyncGenerator<Buffer> {
  const { limitBytes, chunkBytes, signal, isWhole = false } = reach;
  const file = await openRegular(path);
  try {
    if (isWhole && (await file.stat()).size > limitBytes) throw tooLarge(path, limitBytes);
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let left = isWhole ? limitBytes + 1 : limitBytes;
    while (left > 0) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(chunk, 0, Math.min(chunkBytes, left), null);
      if (bytesRead === 0) return;
      left -= bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
    if (isWhole) throw tooLarge(path, limitBytes);
  } finally {
    await file.close();
  }
}

function tooLarge(path: string, limitBytes: number): ExpressionError {
  return new ExpressionError(`${path} is larger than ${limitBytes} bytes`);
}

/** Opening a device can do something, and opening a pipe can wait for ever: neither is opened. */
async function openRegular(path: string): Promise<FileHandle> {
  if (!(await stat(path)).isFile()) throw new Error("it is no regular file");
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new Error("it is no regular file");
}

const longestLine = 65_536;

/**
 * Lines of a regular file, some at a time. A line that is too long comes in parts, of which each repeats the last
 * `overlap` characters of the one before.
 */
export async function* linesOf(path: string, reach: Reach, overlap = 0): AsyncGenerator<readonly string[]> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const chunk of chunksOf(path, reach)) {
    const lines = (rest + decoder.write(chunk)).split(/\r?\n/);
    rest = lines.pop() ?? "";
    if (rest.length > longestLine) {
      lines.push(rest);
      rest = rest.slice(Math.max(0, rest.length - overlap));
    }
    yield lines;
  }
  rest += decoder.end();
  if (rest !== "") yield [rest];
}
