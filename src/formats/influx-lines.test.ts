// Where a line of InfluxDB's line protocol ends.
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseInfluxLine } from "./influx-line-parser.ts";
import { influxLines } from "./influx-lines.ts";

it.each<[string, string[]]>([
  ["", []],
  ["a v=1\nb v=2\n", ["a v=1", "b v=2"]],
  ["a v=1\r\n\nb v=2", ["a v=1\r", "", "b v=2"]],
  ['# disk is 2.5" wide\nmem used=4\nmem used=5\n', ['# disk is 2.5" wide', "mem used=4", "mem used=5"]],
  ['\t # a v="b\nmem used=4', ['\t # a v="b', "mem used=4"]],
  ['disk,model=ST2.5" free=3\nmem used=4', ['disk,model=ST2.5" free=3', "mem used=4"]],
  ['disk,m="x free=3\nmem used=4', ['disk,m="x free=3', "mem used=4"]],
  ['a\\ b"c v=1\nmem used=4', ['a\\ b"c v=1', "mem used=4"]],
  ['a "v=1\nmem used=4', ['a "v=1', "mem used=4"]],
  ['a v=2.5"\nmem used=4', ['a v=2.5"', "mem used=4"]],
  ['a v="b\nc" 5\nmem used=4', ['a v="b c" 5', "mem used=4"]],
  ['a v="b",w="c\n\nd",x=1\nmem used=4', ['a v="b",w="c  d",x=1', "mem used=4"]],
  ['a v="b\\"\nc"\nmem used=4', ['a v="b\\" c"', "mem used=4"]],
  ['a v="b\\\\"\nmem used=4', ['a v="b\\\\"', "mem used=4"]],
  ['a v="b\nmem used=4', ['a v="b mem used=4']],
  ['a v="b\\', ['a v="b\\']],
])("%j", (text, lines) => {
  expect([...influxLines(text)]).toEqual(lines);
});

it("no character is lost, whatever a text is made of", () => {
  const parts = fc.constantFrom("a", "=", '"', "\n", "\\", " ", ",", "#", "1");
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 40 }), (list) => {
      const text = list.join("");
      const joined = [...influxLines(text)].join("\n");
      expect(joined.replaceAll("\n", " ")).toBe(text.replace(/\n$/, "").replaceAll("\n", " "));
    }),
  );
});

it("a line that is a point alone is one among others", () => {
  const parts = fc.constantFrom("a", "v=", '"', "\\", " ", ",t=", "1", '"x"');
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 12 }), (list) => {
      const line = list.join("");
      const point = parseInfluxLine(line);
      if (point === undefined || "fault" in point) return;
      expect([...influxLines(`${line}\nmem used=4`)]).toEqual([line, "mem used=4"]);
    }),
    { numRuns: 2000 },
  );
});

it("is found in linear time", () => {
  for (const part of ['"', 'a v="', 'a v="\n', "\\", '="', '" \n'])
    expect([...influxLines(part.repeat(200_000))].length).toBeGreaterThan(0);
});
