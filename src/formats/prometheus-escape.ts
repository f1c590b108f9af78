// Names of any kind in Prometheus' characters, and back: different names stay different (decision note 0035).

/**
 * `escaped`: a dot between two letters or digits is `__`; what cannot be said so is written by its characters' numbers.
 * `values`: Prometheus' own escaping: names that are legal there stay, others are written by numbers. `utf8`: every
 * letter stays.
 */
export type NameForm = "escaped" | "values" | "utf8";

interface Alphabet {
  readonly legal: RegExp;
  /** Legal but for dots, with each `__` free to stand for a dot. */
  readonly dotted: RegExp;
  /** Characters that stand for themselves among numbers; a digit not in front. */
  readonly plain: RegExp;
  /** The beginning of Prometheus' own. */
  readonly reserved: string | undefined;
}

const names: Alphabet = {
  legal: /^[a-zA-Z_:][a-zA-Z\d_:]*$/,
  dotted: /^(?:_|(?:_[a-zA-Z\d:]|[a-zA-Z:])[a-zA-Z\d:]*(?:[._][a-zA-Z\d:]+)*_?)$/,
  plain: /[a-zA-Z\d:]/,
  reserved: undefined,
};

const labels: Alphabet = {
  legal: /^[a-zA-Z_][a-zA-Z\d_]*$/,
  dotted: /^(?:_|(?:_[a-zA-Z\d]|[a-zA-Z])[a-zA-Z\d]*(?:[._][a-zA-Z\d]+)*_?)$/,
  plain: /[a-zA-Z\d]/,
  reserved: "__",
};

/** The same in every form, without a closer look. */
const usualLabel = /^[a-zA-Z]+(?:_[a-zA-Z]+)*$/;

/** Prometheus' mark of a name that is written by numbers; a name that begins so itself is, too. */
const mark = "U__";

/** Whether Prometheus takes a name without quotes. */
export function isLegalName(name: string): boolean {
  return names.legal.test(name);
}

export function isLegalLabel(name: string): boolean {
  return labels.legal.test(name);
}

/** What would begin with `reserved` is written by numbers. */
export function encodeName(name: string, form: NameForm, reserved?: string): string {
  return encode(name, form, reserved === undefined ? names : { ...names, reserved });
}

export function encodeLabel(name: string, form: NameForm): string {
  return usualLabel.test(name) ? name : encode(name, form, labels);
}

/** The name that was written so; undefined for what is never written. */
export function decodeName(written: string, form: NameForm, reserved?: string): string | undefined {
  const name = decode(written, form);
  return encodeName(name, form, reserved) === written ? name : undefined;
}

export function decodeLabel(written: string, form: NameForm): string | undefined {
  const name = decode(written, form);
  return encodeLabel(name, form) === written ? name : undefined;
}

function encode(name: string, form: NameForm, alphabet: Alphabet): string {
  const written = readable(name, form, alphabet);
  const { reserved } = alphabet;
  const isFree = written !== undefined && (reserved === undefined || !written.startsWith(reserved));
  return isFree ? written : byNumbers(name, alphabet);
}

function readable(name: string, form: NameForm, { legal, dotted }: Alphabet): string | undefined {
  const written = form === "escaped" ? name.replaceAll(".", "__") : name;
  if (written.startsWith(mark)) return undefined;
  const isSaid = form === "utf8" || (form === "values" ? legal : dotted).test(name);
  return isSaid ? written : undefined;
}

function byNumbers(name: string, { plain }: Alphabet): string {
  let text = mark;
  for (const character of name) {
    const isPlain = plain.test(character) && (text !== mark || !/\d/.test(character));
    if (character === "_") text += "__";
    else text += isPlain ? character : `_${character.codePointAt(0)?.toString(16) ?? ""}_`;
  }
  return text;
}

function decode(written: string, form: NameForm): string {
  if (!written.startsWith(mark)) return form === "escaped" ? written.replaceAll("__", ".") : written;
  return written
    .slice(mark.length)
    .replace(/__|_(10[\da-f]{4}|[\da-f]{1,5})_/g, (_, number: string | undefined) =>
      number === undefined ? "_" : String.fromCodePoint(Number.parseInt(number, 16)),
    );
}
