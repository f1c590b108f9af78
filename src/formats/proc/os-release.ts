// /etc/os-release (os-release(5)) and what stood in its place before: which distribution this is.

/** Assignments by name; quotes and the shell's backslashes are taken off. */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const equals = line.indexOf("=");
    if (equals < 1 || line.startsWith("#")) continue;
    values.set(line.slice(0, equals).trim(), unquoted(line.slice(equals + 1).trim()));
  }
  return values;
}

function unquoted(value: string): string {
  const quote = value[0];
  const whole = value.length > 1 && (quote === '"' || quote === "'") && value.endsWith(quote);
  const inner = whole ? value.slice(1, -1) : value;
  return quote === "'" ? inner : inner.replace(/\\(["$`\\])/g, "$1");
}

/** `CentOS release 6.10 (Final)` as /etc/redhat-release has it; undefined for other texts. */
export function parseRedhatRelease(text: string): { name: string; version: string } | undefined {
  const [line = ""] = text.split("\n", 1);
  const at = line.indexOf(" release ");
  const [version = ""] = line.slice(at + " release ".length).split(" ", 1);
  if (at < 1 || !/^[0-9]/.test(version)) return undefined;
  return { name: line.slice(0, at), version };
}
