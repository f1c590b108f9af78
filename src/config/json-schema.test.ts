// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in a configuration have this form.
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { testSections } from "../../test/support/config-sections.ts";
import { configJsonSchema } from "./json-schema.ts";
import { loadConfig } from "./load.ts";
import { showConfig } from "./show.ts";

describe("configJsonSchema", () => {
  const schema = configJsonSchema(testSections);

  it("describes a mapping of the sections and nothing else", () => {
    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: expect.stringMatching(/./),
      type: "object",
      additionalProperties: false,
    });
    expect(Object.keys(schema.properties ?? {})).toEqual(["api", "programs", "store", "pipeline"]);
    expect(schema.required).toBeUndefined();
  });

  it("keeps descriptions, and defaults in the form of the input", () => {
    expect(schema.properties?.["api"]?.properties?.["listen"]).toMatchObject({
      description: "Where to listen.",
      default: "127.0.0.1:6777",
    });
    expect(schema.properties?.["programs"]).toMatchObject({
      description: "Running programs.",
      default: {},
      properties: { deadline: { default: "10s" }, output_limit: { default: "1MiB" } },
    });
  });

  it("is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });

  it("says when a section must be written", () => {
    const needed = z.strictObject({ name: z.string() });
    const sections = [
      { key: "node", schema: needed },
      { key: "extra", schema: needed.optional() },
    ];
    expect(configJsonSchema(sections).required).toEqual(["node"]);
    const load = () => loadConfig({ sections, environment: {}, overlays: [] });
    expect(load).toThrow("configuration: node: missing; expected a mapping");
  });

  it("leads through schemas that refer to themselves or to each other", () => {
    interface Group {
      token?: string | undefined;
      groups?: Group[] | undefined;
    }
    const token = z.string().meta({ id: "Token", secret: true, local: true });
    const group: z.ZodType<Group> = z.strictObject({
      token: token.optional(),
      get groups() {
        return z.array(group).optional();
      },
    });
    const sections = [{ key: "groups", schema: z.array(group).default([]) }];
    const overlays = [{ path: ["groups"], value: [{ groups: [{ token: "${env:T}" }] }], origin: "--groups" }];
    const loaded = loadConfig({ sections, environment: { T: "deep" }, overlays });
    expect(loaded.value["groups"]).toEqual([{ groups: [{ token: "deep" }] }]);
    expect(showConfig(loaded, sections, { effective: true, origin: false })).toContain('token: "***"');
  });
});
