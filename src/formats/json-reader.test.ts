// Read piece by piece, a document is what the runtime's own reader makes of it; what is none is a fault that quotes nothing.
import fc from "fast-check";
import { expect, it } from "vitest";
import { JsonFault, JsonReader, parsed } from "./json-reader.ts";

/** The whole value by single steps. */
function readAll(reader: JsonReader): unknown {
  if (reader.kind === "list") {
    const items: unknown[] = [];
    const next = reader.enter("list");
    while (next()) items.push(readAll(reader));
    return items;
  }
  if (reader.kind !== "map") return reader.value();
  const next = reader.enter("map");
  const entries: [string, unknown][] = [];
  while (next()) entries.push([reader.key(), readAll(reader)]);
  return Object.fromEntries(entries);
}

const blank = fc.string({ unit: fc.constantFrom(" ", "\n", "\r", "\t"), maxLength: 3 });

/** JSON of the value with blanks wherever there may be some. */
function written(value: unknown, gap: () => string): string {
  const list = (parts: string[]) => parts.map((part) => gap() + part + gap()).join(",");
  if (Array.isArray(value)) return `${gap()}[${list(value.map((one) => written(one, gap)))}${gap()}]${gap()}`;
  if (typeof value !== "object" || value === null) return gap() + JSON.stringify(value) + gap();
  const entries = Object.entries(value).map(
    ([key, one]) => `${JSON.stringify(key)}${gap()}:${gap()}${written(one, gap)}`,
  );
  return `${gap()}{${list(entries)}${gap()}}${gap()}`;
}

const document = fc
  .tuple(fc.jsonValue({ maxDepth: 5 }), fc.infiniteStream(blank))
  .map(([value, blanks]) => written(value, () => blanks.next().value as string));

it("equals the runtime's own reading, by steps and whole", () => {
  fc.assert(
    fc.property(document, (text) => {
      const value: unknown = JSON.parse(text);
      const bytes = Buffer.from(text);
      expect(readAll(new JsonReader(bytes))).toEqual(value);
      const whole = new JsonReader(bytes);
      expect(whole.value()).toEqual(value);
      expect(parsed(bytes, 0, bytes.length)).toEqual(value);
    }),
  );
});

it("skips to where reading ends, by runs of any size", () => {
  fc.assert(
    fc.property(document, fc.integer({ min: 1, max: 7 }), (text, size) => {
      const bytes = Buffer.from(`${text},7`);
      const [read, skipped, run] = [new JsonReader(bytes), new JsonReader(bytes), new JsonReader(bytes)];
      read.value();
      skipped.skip();
      const scan = run.scan();
      while (!scan.run(size)) expect(run.offset).toBeLessThan(bytes.length);
      expect([skipped.offset, run.offset]).toEqual([read.offset, read.offset]);
    }),
  );
});

it("throws nothing but its own fault, which quotes nothing of the document", () => {
  const step = fc.constantFrom("value", "key", "list", "map", "skip", "kind", "all");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 60 }),
        fc.string({ maxLength: 60 }).map((text) => Buffer.from(text)),
        document.map((text) => Buffer.from(text.slice(0, -2))),
      ),
      fc.array(step, { maxLength: 6 }),
      (given, steps) => {
        const reader = new JsonReader(Buffer.from(given));
        try {
          for (const one of steps) {
            if (one === "list" || one === "map") reader.enter(one)();
            else if (one === "all") readAll(reader);
            else if (one === "kind") void reader.kind;
            else reader[one]();
            expect(reader.offset).toBeLessThanOrEqual(given.length);
          }
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(JsonFault);
          expect((thrown as JsonFault).message).toMatch(
            /^(no JSON|expected (a list|an object|a comma or the end|a key|a colon|a value)|a key that is too long|too many brackets within brackets) at byte \d+$/,
          );
        }
      },
    ),
    { numRuns: 1000 },
  );
});

it.each<[string, (reader: JsonReader) => unknown, string]>([
  ["{}", (reader) => reader.enter("list"), "expected a list at byte 0"],
  [" []", (reader) => reader.enter("map"), "expected an object at byte 1"],
  ["[1 2]", readAll, "expected a comma or the end at byte 3"],
  ["[1,]", readAll, "expected a value at byte 3"],
  ["[,1]", readAll, "expected a value at byte 1"],
  ["{1:2}", readAll, "expected a key at byte 1"],
  ['{"a" 2}', readAll, "expected a colon at byte 5"],
  ["[secret]", readAll, "no JSON at byte 1"],
  ["[01]", readAll, "no JSON at byte 1"],
  ['["a', readAll, "expected a value at byte 1"],
  ["[".repeat(65), (reader) => reader.value(), "too many brackets within brackets at byte 0"],
])("of %s it is said where it is wrong", (text, read, message) => {
  expect(() => read(new JsonReader(Buffer.from(text)))).toThrow(
    new JsonFault(message.replace(/ at byte \d+$/, ""), { offset: Number(/\d+$/.exec(message)?.[0]) }),
  );
});

it("takes a key of 64 KiB with its quotes, and no longer one", () => {
  const keyOf = (bytes: number) => {
    const reader = new JsonReader(Buffer.from(`{"${"k".repeat(bytes - 2)}":1}`));
    reader.enter("map")();
    return reader.key();
  };
  expect(keyOf(64 * 1024)).toHaveLength(64 * 1024 - 2);
  expect(() => keyOf(64 * 1024 + 1)).toThrow(/a key that is too long at byte 1/);
});

it.each([
  ["[1,2,3],", 7],
  ['"abc",', 5],
  [" 123,", 3],
])("of %j the value fits into so many bytes: %d", (text, size) => {
  const fits = (limit: number) => new JsonReader(Buffer.from(`${text}${" ".repeat(20)}`)).fits(limit);
  expect([size - 1, size, size + 1].map(fits)).toEqual([false, true, true]);
});

it("does not look behind its end", () => {
  const bytes = Buffer.from('[1,2]"x"');
  const reader = new JsonReader(bytes, 0, 3);
  const next = reader.enter("list");
  expect([next(), reader.value(), next()]).toEqual([true, 1, true]);
  expect(reader.kind).toBe("end");
  expect(() => reader.value()).toThrow(JsonFault);
  expect(() => new JsonReader(Buffer.from('"abc"'), 0, 4).value()).toThrow(JsonFault);
  expect(new JsonReader(Buffer.from("123"), 0, 2).value()).toBe(12);
});

it("goes on from a place that was noted, and gives its bytes", () => {
  const reader = new JsonReader(Buffer.from('{"a":[1,2],"b":3}'));
  const next = reader.enter("map");
  next();
  reader.key();
  const place = reader.offset;
  reader.skip();
  expect(reader.bytes(place, reader.offset).toString()).toBe("[1,2]");
  expect(reader.from(place).value()).toEqual([1, 2]);
  next();
  expect([reader.key(), reader.value(), next()]).toEqual(["b", 3, false]);
});

it("is done with a megabyte of anything in one go", () => {
  for (const piece of ['"', '["', '{"a', '\\"', "[", ",", "1", " "])
    try {
      new JsonReader(Buffer.from(`[${piece.repeat(1_000_000 / piece.length)}`)).value();
      expect(piece).toBe("never whole");
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(JsonFault);
    }
});
