// Texts that are kept for long must not keep what they were cut from.

/**
 * The same text in memory of its own. The engine lets a part of a text hold the whole of it: a name kept for an hour
 * would keep the megabytes that it came in.
 */
export function ownText(text: string): string {
  return Buffer.from(text).toString();
}

/** The same for names and values. */
export function ownTexts(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, value]) => [ownText(name), ownText(value)]));
}
