// Lines that come again: each is known once, whatever comes beside it and however often.
import { expect, it } from "vitest";
import { KnownLines, type LinePlace } from "./known-lines.ts";

/** `NAME:VALUE|REST` */
function lineOf(text: string): LinePlace {
  const bytes = Buffer.from(`..${text}..`);
  const [head, tail] = [text.indexOf(":") + 3, text.indexOf("|") + 2];
  return { bytes, from: 2, head, tail, to: bytes.length - 2 };
}

it("are found by what is around their value", () => {
  const known = new KnownLines<number>();
  known.remember(lineOf("a:1|c"), 1);
  known.remember(lineOf("a:1|c|#b"), 2);
  expect(known.find(lineOf("a:77.5|c"))).toBe(1);
  expect(known.find(lineOf("a:|c|#b"))).toBe(2);
  expect(known.find(lineOf("a:1|g"))).toBeUndefined();
  known.clear();
  expect(known.find(lineOf("a:1|c"))).toBeUndefined();
});

it("take the room of one, however often they are told", () => {
  const known = new KnownLines<number>();
  known.remember(lineOf("a:1|c"), 1);
  for (let round = 0; round < 100_000; round += 1) known.remember(lineOf("b:1|c"), round);
  expect(known.find(lineOf("a:1|c"))).toBe(1);
  expect(known.find(lineOf("b:1|c"))).toBe(99_999);
});

it("are found or not, and never taken for another", () => {
  const known = new KnownLines<string>();
  const texts = Array.from({ length: 32_768 }, (_, number) => `name.${number}:1|c`);
  for (const text of texts) known.remember(lineOf(text), text);
  const found = texts.map((text) => [text, known.find(lineOf(text))] as const);
  expect(found.filter(([text, meaning]) => meaning !== undefined && meaning !== text)).toEqual([]);
  expect(found.filter(([, meaning]) => meaning === undefined).length).toBeLessThan(1000);
});

it("cannot be chosen so that all of them want one place", () => {
  const known = new KnownLines<string>();
  const texts = collidingWithoutSeed(300);
  for (const text of texts) known.remember(lineOf(text), text);
  expect(texts.filter((text) => known.find(lineOf(text)) !== text)).toEqual([]);
});

/** Lines with the same low 16 bits of FNV-1a, as anybody can reckon them. */
function collidingWithoutSeed(count: number): string[] {
  const [basis, prime] = [0x811c9dc5, 0x01000193];
  const hashed = (hash: number, text: string) =>
    [...Buffer.from(text)].reduce((so, byte) => Math.imul(so ^ byte, prime), hash);
  const texts: string[] = [];
  const begin = hashed(basis, "n");
  for (let number = 0; texts.length < count; number += 1) {
    let hash = begin;
    for (let rest = number; rest > 0; rest = Math.floor(rest / 26))
      hash = Math.imul(hash ^ (0x61 + (rest % 26)), prime);
    hash = Math.imul(hash ^ 0x3a, prime);
    hash = Math.imul(hash ^ 0x7c, prime);
    hash = Math.imul(hash ^ 0x63, prime);
    if (((hash ^ (hash >>> 15)) & 0xffff) !== 0) continue;
    let name = "n";
    for (let rest = number; rest > 0; rest = Math.floor(rest / 26))
      name += String.fromCharCode(0x61 + (rest % 26));
    texts.push(`${name}:1|c`);
  }
  return texts;
}
