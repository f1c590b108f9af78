// Bodies checked by a schema: older names of keys, problems with places, values filled in.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in a configuration have this form.
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { duration, path, secret } from "../../kernel/schema.ts";
import { plain, problemLine, readObject } from "../index.ts";
import { load } from "./file-tree.fixture.ts";

const schema = z.strictObject({
  interval: duration().default(10_000),
  apply_if: z.string(),
  add_groups: z.array(z.string()),
  notes: z.string().default(""),
});
const aliases = { groups: "add_groups", tags: "add_groups" };

function read(text: string) {
  const { objects, root } = load({ "local/d.yml": text });
  const [definition] = objects("detector");
  if (definition === undefined) throw new Error("there is no detector");
  const reading = readObject(definition, schema, { aliases });
  const problems = "problems" in reading ? reading.problems : reading.warnings;
  const lines = problems.map((one) => problemLine(one).replaceAll(`${root}/local/`, ""));
  return { reading, lines };
}

describe("readObject", () => {
  it.each([
    ["add_groups", "detector: { apply_if: 'True', add_groups: [a] }"],
    ["groups, as in the README", "detector: { apply_if: 'True', groups: [a] }"],
    ["tags, as in 2016", '{"detector": {"apply_if": "True", "tags": ["a"]}}'],
  ])("takes %s", (_name, text) => {
    const { reading, lines } = read(text);
    expect(lines).toEqual([]);
    expect(reading).toMatchObject({
      value: { interval: 10_000, apply_if: "True", add_groups: ["a"], notes: "" },
    });
    expect("tree" in reading && plain(reading.tree)).toEqual({ apply_if: "True", add_groups: ["a"] });
  });

  it("prefers the current name of a key and tells of the other", () => {
    const { reading, lines } = read("detector:\n  tags: [old]\n  apply_if: 'True'\n  add_groups: [new]\n");
    expect(reading).toMatchObject({ value: { add_groups: ["new"] } });
    expect(lines).toEqual([
      expect.stringMatching(
        /^d\.yml:2:3: detector d: detector\.tags: is another name of "add_groups", which stands at .*d\.yml:4:3$/,
      ),
    ]);
  });

  it.each([
    [
      "detector: { apply_iff: x, apply_if: y, groups: [] }",
      'd.yml:1:13: detector d: detector.apply_iff: unknown key "apply_iff"; did you mean "apply_if"?',
    ],
    ["detector:\n  apply_if: x", "d.yml:2:3: detector d: detector.add_groups: missing; expected a list"],
    [
      "detector:\n  apply_if: x\n  groups: a",
      'd.yml:3:11: detector d: detector.add_groups: expected a list, found "a"',
    ],
    [
      "detector:\n  apply_if: 3\n  groups: []",
      "d.yml:2:13: detector d: detector.apply_if: expected a text, found 3; put it in quotes",
    ],
  ])("says of %j what is wrong", (text, line) => {
    const { reading, lines } = read(text);
    expect("problems" in reading).toBe(true);
    expect(lines).toEqual([line]);
  });

  const local = z.object({ token: secret(), file: path() });
  const text = 'handler: { token: "${env:TOKEN}", file: a.tpl }';

  it("fills in references only when it is given an environment", () => {
    const { objects, root } = load({ "local/h.yml": text });
    const [definition] = objects("handler");
    const values = [{}, { environment: { TOKEN: "t" } }].map(
      (options) => definition && readObject(definition, local, options),
    );
    expect(values).toMatchObject([
      { value: { token: "${env:TOKEN}", file: "a.tpl" } },
      { value: { token: "t", file: `${root}/local/a.tpl` } },
    ]);
  });

  it("tells of a reference that leads nowhere", () => {
    const { objects } = load({ "local/h.yml": text });
    const [definition] = objects("handler");
    const reading = definition && readObject(definition, local, { environment: {} });
    expect(reading).toMatchObject({ problems: [{ path: ["handler", "token"], about: "handler h" }] });
  });
});
