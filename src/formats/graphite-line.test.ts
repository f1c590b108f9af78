// Lines for carbon.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seriesKey } from "../metric/series.ts";
import { createGraphiteLine, type GraphiteForm } from "./graphite-line.ts";
import { parseGraphiteLine } from "./graphite-line-parser.ts";
import { percentDecoded } from "./percent-escape.ts";

const form: GraphiteForm = { prefix: "", tags: "graphite", host: "tag" };
const metric = { name: "cpu.idle", tags: { core: "0" }, value: 38.55, timestampMs: 1_700_000_000_999 };

describe("written", () => {
  it.each<[Partial<GraphiteForm>, object, string]>([
    [{}, {}, "cpu.idle;core=0;host=web-1.example"],
    [{ host: "none" }, {}, "cpu.idle;core=0"],
    [{ host: "prefix" }, {}, "web-1_example.cpu.idle;core=0"],
    [{ prefix: "yagura.{host}." }, { tags: {} }, "yagura.web-1_example.cpu.idle;host=web-1.example"],
    [{ tags: "dotted" }, {}, "cpu.idle.core.0.host.web-1_example"],
    [{ tags: "none" }, {}, "cpu.idle"],
    [{}, { tags: { host: "db" } }, "cpu.idle;host=db"],
    [{}, { name: "disk./var log;x\t{y}" }, "disk.%2Fvar%20log%3Bx%09%7By%7D;core=0;host=web-1.example"],
    [{}, { tags: { "a=b!": "~x; y" } }, "cpu.idle;a%3Db%21=%7Ex%3B%20y;host=web-1.example"],
    [{}, { name: "a.%idle.%2F", tags: { p: "/%41" } }, "a.%idle.%252F;host=web-1.example;p=/%2541"],
    [{}, { tags: { a: "" } }, "cpu.idle;host=web-1.example"],
  ])("%j %j", (changed, given, expected) => {
    const write = createGraphiteLine({ ...form, ...changed });
    expect(write({ ...metric, ...given }, "web-1.example", "push")).toBe(`${expected} 38.55 1700000000\n`);
  });

  it("is one line of three fields that says the same, whatever the names are", () => {
    const text = fc.string({ minLength: 1, unit: "grapheme" });
    const write = createGraphiteLine(form);
    fc.assert(
      fc.property(
        text,
        fc.dictionary(text, text),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (name, tags, value) => {
          const line = write({ name, tags, value, timestampMs: 5000 }, "h", "push");
          expect(line.split(/\s+/)).toHaveLength(4);
          expect(parseGraphiteLine(line)).toMatchObject({
            value: value === 0 ? 0 : value,
            timestampSeconds: 5,
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("says of our own collectors' metrics what it always said", () => {
    const write = createGraphiteLine(form);
    const own = { name: "iostats.reads/s", tags: { device: "md 0" }, value: 1, timestampMs: 1000 };
    const path = "iostats.reads_s;device=md_0;host=h";
    const other = { ...own, name: "iostats.reads_s", tags: { device: "md_0" } };
    expect(write(other, "h", "push")).toBe(`${path} 1 1\n`);
    expect(write(own, "h", "collectors")).toBe(`${path} 1 1\n`);
    expect(write(other, "h", "push")).toBe("");
  });

  it.each<[Partial<GraphiteForm>, object, object]>([
    [{ tags: "dotted" }, { name: "a", tags: { b: "c" } }, { name: "a.b.c", tags: {} }],
    [{ tags: "dotted" }, { name: "a", tags: { b: "c.d" } }, { name: "a", tags: { b: "c_d" } }],
    [{ tags: "none" }, { name: "a", tags: { b: "1" } }, { name: "a", tags: { b: "2" } }],
  ])("has no line for another series of the same path: %j", (changed, first, second) => {
    const write = createGraphiteLine({ ...form, ...changed, host: "none" });
    for (let round = 0; round < 2; round += 1) {
      expect(write({ ...metric, ...first }, "h", "push")).not.toBe("");
      expect(write({ ...metric, ...second }, "h", "push")).toBe("");
    }
  });

  const text = fc.string({
    minLength: 1,
    unit: fc.constantFrom("a", ".", "_", "/", " ", ";", "=", "%", "2", "F", "~", "é", "\u3000"),
  });
  const tagged = fc.record({
    name: text,
    tags: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
  });

  it("can be read back, whatever the names are", () => {
    fc.assert(
      fc.property(tagged, (series) => {
        const line = createGraphiteLine({ ...form, host: "none" })({ ...metric, ...series }, "h", "push");
        const read = parseGraphiteLine(line);
        if (read === undefined || "fault" in read) throw new Error(`no line: ${line}`);
        const tags = Object.entries(read.tags).map(([tag, value]) => [
          percentDecoded(tag),
          percentDecoded(value),
        ]);
        expect({ name: percentDecoded(read.name), tags: Object.fromEntries(tags) as unknown }).toEqual(
          series,
        );
      }),
      { numRuns: 1000 },
    );
  });

  const forms = fc.record({
    prefix: fc.constantFrom("", "x{host}", "{host}."),
    tags: fc.constantFrom("graphite" as const, "dotted" as const, "none" as const),
    host: fc.constantFrom("tag" as const, "prefix" as const, "none" as const),
  });

  it("has a path of its own or no line, in every form", () => {
    const all = fc.uniqueArray(fc.tuple(tagged, fc.constantFrom("h", "h.a", "h_a"), fc.boolean()), {
      selector: ([one, host]) => seriesKey({ name: one.name, tags: { host, ...one.tags } }),
    });
    fc.assert(
      fc.property(forms, all, (given, list) => {
        const write = createGraphiteLine(given);
        // What our own take from others, they have from then on.
        const said = () =>
          list.map(([series, host, own]) =>
            write({ ...metric, ...series }, host, own ? "collectors" : "push"),
          );
        said();
        const paths = said()
          .filter((line) => line !== "")
          .map((line) => line.split(" ")[0]);
        expect(new Set(paths).size).toBe(paths.length);
        if (
          given.host === "tag" &&
          given.tags === "graphite" &&
          given.prefix === "" &&
          list.every(([, , own]) => !own)
        )
          expect(paths.length).toBe(list.length);
      }),
    );
  });
});
