// The first JSON value of a text, whatever follows it (contract happo §0: text after the value is ignored).

export type LeadingJson = { readonly value: unknown } | { readonly error: string };

/** Never throws. An empty text is an error here; callers decide what it stands for. */
export function parseLeadingJson(text: string): LeadingJson {
  const whole = tryParse(text);
  if ("value" in whole) return whole;
  const end = endOfFirstValue(text);
  if (end === undefined || end >= text.length) return whole;
  const leading = tryParse(text.slice(0, end));
  return "value" in leading ? leading : whole;
}

function tryParse(text: string): LeadingJson {
  try {
    return { value: JSON.parse(text) };
  } catch (thrown) {
    return { error: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** Index after the first complete value; undefined when none ends. */
function endOfFirstValue(text: string): number | undefined {
  const start = text.search(/\S/);
  if (start < 0) return undefined;
  return /[{["]/.test(text[start] ?? "") ? endOfCompound(text, start) : endOfScalar(text, start);
}

/** Counts brackets outside strings, in one walk: a text of quotes alone must not cost more than any other. */
function endOfCompound(text: string, start: number): number | undefined {
  let depth = 0;
  for (let place = start; place < text.length; place += 1) {
    const character = text[place];
    if (character === '"') place = endOfString(text, place);
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    if (depth <= 0) return place + 1;
  }
  return undefined;
}

/** Index of the closing quote; the end of the text when there is none. */
function endOfString(text: string, start: number): number {
  for (let place = start + 1; place < text.length; place += 1) {
    if (text[place] === "\\") place += 1;
    else if (text[place] === '"') return place;
  }
  return text.length;
}

function endOfScalar(text: string, start: number): number {
  const rest = text.slice(start).search(/[\s,[\]{}"]/);
  return rest < 0 ? text.length : start + rest;
}
