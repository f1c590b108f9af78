// The lines of a push in InfluxDB's line protocol: a text in quotes may hold newlines, and nothing else goes on.

/**
 * Each line of a text, without its newline; newlines within quotes become blanks. Quotes count only where the value of a
 * field begins with one: a comment, a name and a tag may hold any. A line that is longer than `limit` ends at its first
 * newline, and so does one whose quotes are open for as long. Total, in linear time.
 */
export function* influxLines(text: string, limit = Number.POSITIVE_INFINITY): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const newline = endOfLine(text, from);
    const isLong = newline - from > limit;
    const quote = isLong ? -1 : text.slice(from, newline).indexOf('"');
    const wide = quote === -1 ? newline : endOfFields(text, fieldsStart(text, from, newline), from + limit);
    const end = wide - from > limit ? newline : wide;
    const line = text.slice(from, end);
    yield end > newline ? line.replaceAll("\n", " ") : line;
    from = end + 1;
  }
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline === -1 ? text.length : newline;
}

/** Behind the first blank that no backslash stands before; the end of the line where there is none, and of a comment. */
function fieldsStart(text: string, from: number, newline: number): number {
  let at = from;
  while (at < newline && isBlank(text[at])) at += 1;
  if (text[at] === "#") return newline;
  while (at < newline && (text[at] !== " " || text[at - 1] === "\\")) at += 1;
  return at;
}

/** The newline that is in no quoted value. */
function endOfFields(text: string, from: number, until: number): number {
  let at = from;
  while (at < text.length && at <= until && text[at] !== "\n") {
    const isOpening = text[at] === '"' && text[at - 1] === "=" && text[at - 2] !== "\\";
    at = isOpening ? behindQuotes(text, at + 1, until) : at + 1;
  }
  return Math.min(at, text.length);
}

function behindQuotes(text: string, from: number, until: number): number {
  let at = from;
  while (at < text.length && at <= until && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}
