// What is kept of what a program writes, to the byte.
import { expect, it } from "vitest";
import { OutputBuffer } from "./output-buffer.ts";

const mark = "\n[output cut at 4 bytes]\n";

it.each<[string[], string, boolean]>([
  [[], "", false],
  [["abc"], "abc", false],
  [["abcd"], "abcd", false],
  [["ab", "cd"], "abcd", false],
  [["abcd", ""], "abcd", false],
  [["abcde"], `abcd${mark}`, true],
  [["abcd", "e"], `abcd${mark}`, true],
  [["abc", "de", "f"], `abcd${mark}`, true],
])("of %j there is %j", (written, text, cut) => {
  const output = new OutputBuffer(4);
  for (const chunk of written) output.append(Buffer.from(chunk));
  expect([output.text(), output.cut]).toEqual([text, cut]);
});

it("is text whatever was written, also where a character came in two pieces", () => {
  const [one, other] = [new OutputBuffer(100), new OutputBuffer(100)];
  for (const byte of Buffer.from("櫓")) one.append(Buffer.from([byte]));
  other.append(Buffer.from([0x61, 0xff]));
  expect([one.text(), other.text()]).toEqual(["櫓", "a\ufffd"]);
});
