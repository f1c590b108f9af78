// Integers and booleans as Go's strconv reads them: the happo-agent's users may have written any of these forms.

const integerForms: readonly { readonly form: RegExp; readonly radix: number }[] = [
  { form: /^0x([0-9a-f]+)$/i, radix: 16 },
  { form: /^0b([01]+)$/i, radix: 2 },
  { form: /^0o?([0-7]+)$/i, radix: 8 },
  { form: /^(0|[1-9][0-9]*)$/, radix: 10 },
];

/** Decimal, hexadecimal (0x), octal (0 or 0o) or binary (0b) with an optional sign; undefined when it is none. */
export function parseGoInteger(text: string): number | undefined {
  const [, sign, digits = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  for (const { form, radix } of integerForms) {
    const matched = form.exec(digits);
    if (matched === null) continue;
    const value = Number.parseInt(matched[1] ?? "", radix) * (sign === "-" ? -1 : 1);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  return undefined;
}

const booleans: Readonly<Record<string, boolean>> = Object.fromEntries([
  ...["1", "t", "T", "TRUE", "true", "True"].map((text) => [text, true]),
  ...["0", "f", "F", "FALSE", "false", "False"].map((text) => [text, false]),
]);

/** True for `1 t T TRUE true True`, false for their opposites, undefined for everything else. */
export function parseGoBoolean(text: string): boolean | undefined {
  return Object.hasOwn(booleans, text) ? booleans[text] : undefined;
}
