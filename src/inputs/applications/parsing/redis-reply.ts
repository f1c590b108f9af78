// Replies of Redis, as far as AUTH and INFO have them: a line, an error, or bytes of a length told before.

export type RedisReply = { readonly text: string } | { readonly error: string };

/** Undefined: nothing that Redis would say. `neededBytes`: there is no point in looking again before there are so many. */
export type RedisReplies =
  | { readonly replies: readonly RedisReply[] }
  | { readonly neededBytes: number }
  | undefined;

type One =
  | { readonly reply: RedisReply; readonly end: number }
  | { readonly neededBytes: number }
  | undefined;

const longestLineBytes = 4096;
const lineEnd = "\r\n";

/** The first `count` replies, or those up to the first error: a server that refuses may hang up after it. */
export function takeReplies(bytes: Buffer, count: number): RedisReplies {
  const replies: RedisReply[] = [];
  let from = 0;
  while (replies.length < count) {
    const one = replyAt(bytes, from);
    if (one === undefined || "neededBytes" in one) return one;
    replies.push(one.reply);
    if ("error" in one.reply) break;
    from = one.end;
  }
  return { replies };
}

function replyAt(bytes: Buffer, from: number): One {
  const kind = String.fromCharCode(bytes[from] ?? 0);
  if (from < bytes.length && !"+-$".includes(kind)) return undefined;
  const lineTo = bytes.indexOf(lineEnd, from);
  if (lineTo < 0 && bytes.length - from > longestLineBytes) return undefined;
  if (lineTo < 0) return { neededBytes: bytes.length + 1 };
  const line = bytes.toString("utf8", from + 1, lineTo);
  const next = lineTo + lineEnd.length;
  if (kind === "+") return { reply: { text: line }, end: next };
  if (kind === "-") return { reply: { error: line }, end: next };
  return /^\d{1,9}$/.test(line) ? bulkAt(bytes, next, Number(line)) : undefined;
}

function bulkAt(bytes: Buffer, from: number, lengthBytes: number): One {
  const to = from + lengthBytes;
  const end = to + lineEnd.length;
  if (bytes.length < end) return { neededBytes: end };
  if (bytes.toString("latin1", to, end) !== lineEnd) return undefined;
  return { reply: { text: bytes.toString("utf8", from, to) }, end };
}
