// The building blocks of configuration schemas: values with units, secrets, files.
import * as z from "zod";
import { parseByteSize } from "./byte-size.ts";
import { parseDuration } from "./duration.ts";

/** `10s`, `1m30s`, `7d` → milliseconds. */
export function duration() {
  return unit(parseDuration, "a duration such as 250ms, 10s, 1m30s or 7d", ["10s", "1m30s", "7d"]);
}

/** Milliseconds of `10s`, `1m30s`, and of a bare number, which are seconds (contract opsbro §3). */
export function interval() {
  const expected = "a duration such as 10s, 1m30s or a number of seconds";
  const given = z.union([z.string(), z.number()], { error: `expected ${expected}` });
  return given.meta({ examples: ["10s", "10"] }).transform((text, context) => {
    const written = String(text).trim();
    const value = parseDuration(/^\d+(\.\d+)?$/.test(written) ? `${written}s` : written);
    if (value !== undefined && value > 0) return value;
    context.issues.push({ code: "custom", message: `expected ${expected}`, input: text });
    return z.NEVER;
  });
}

/** `512KiB`, `1MiB` → bytes. */
export function byteSize() {
  return unit(parseByteSize, "a size such as 512KiB, 1MiB or 2GiB", ["512KiB", "1MiB"]);
}

function unit(parse: (text: string) => number | undefined, expected: string, examples: string[]) {
  return z
    .string({ error: `expected ${expected}` })
    .meta({ examples })
    .transform((text, context) => {
      const value = parse(text);
      if (value !== undefined) return value;
      context.issues.push({ code: "custom", message: `expected ${expected}`, input: text });
      return z.NEVER;
    });
}

/** A value that is shown as `***`, and in which `${env:…}`, `${file:…}` and `${cred:…}` are filled in. */
export function secret() {
  return z.string().min(1).meta({ secret: true, local: true });
}

/** A text that is shown as `***` and stands for itself: nothing is filled in. It may be empty. */
export function hidden() {
  return z.string().meta({ secret: true });
}

/** A path; `${env:…}` is filled in, and a relative one is taken from the directory of the file that names it. */
export function path() {
  return z.string().min(1).meta({ path: true, local: true });
}

/** A list that may be written as its only item. */
export function oneOrMore<Item extends z.ZodType>(item: Item) {
  return z
    .union([item, z.array(item)])
    .transform((value) => (Array.isArray(value) ? value : [value])) as z.ZodType<
    z.output<Item>[],
    z.input<Item> | z.input<Item>[]
  >;
}
