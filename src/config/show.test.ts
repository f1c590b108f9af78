// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in a configuration have this form.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { testSections as sections } from "../../test/support/config-sections.ts";
import { directoryOfTest, temporaryDirectory } from "../../test/support/temporary.ts";
import { type LoadRequest, loadConfig } from "./load.ts";
import { showConfig } from "./show.ts";

function load(text: string, more: Partial<LoadRequest> = {}) {
  const directory = directoryOfTest();
  writeFileSync(join(directory, "f"), text);
  return {
    directory,
    loaded: loadConfig({ sections, environment: {}, overlays: [], file: "f", directory, ...more }),
  };
}

const text = `
api:
  listen: [a:1]
  tls: { certificate: c.pem, key: k.pem, phrase: hush }
  callers:
    - { name: "12", token: hush }
programs:
  deadline: 1m30s
`;

describe("showConfig", () => {
  it("shows what was given", () => {
    const { loaded } = load(text);
    expect(showConfig(loaded, sections, { effective: false, origin: false })).toBe(`api:
  listen:
    - a:1
  tls:
    certificate: c.pem
    key: k.pem
    phrase: "***"
  callers:
    - name: "12"
      token: "***"
programs:
  deadline: 1m30s
`);
  });

  it("shows everything with its origin", () => {
    const { loaded, directory } = load(text, {
      environment: { YAGURA_PROGRAMS__SHELL: "true" },
      overlays: [{ path: ["api", "port"], value: 1, origin: "HAPPO_AGENT_PORT" }],
    });
    expect(
      showConfig(loaded, sections, { effective: true, origin: true }).replaceAll(directory, ""),
    ).toBe(`api:
  listen:
    - a:1 # /f:3:12
  port: 1 # HAPPO_AGENT_PORT
  tls:
    certificate: c.pem # /f:4:23
    key: k.pem # /f:4:35
    phrase: "***" # /f:4:50
  callers:
    - name: "12" # /f:6:15
      token: "***" # /f:6:28
      roles:
        - read # default
  ratio: 0.5 # default
programs:
  paths:
    - /usr/lib/nagios/plugins # default
  deadline: 1m30s # /f:8:13
  output_limit: 1MiB # default
  environment: {} # default
  shell: true # YAGURA_PROGRAMS__SHELL
store:
  every: off # default
  file: none # default
  secrets: {} # default
pipeline: [] # default
`);
  });

  it("shows an empty configuration that can be read again", () => {
    const { loaded } = load("");
    const shown = showConfig(loaded, sections, { effective: false, origin: true });
    expect(shown).toBe("{} # default\n");
    expect(load(shown).loaded.value).toEqual(loaded.value);
  });

  it("fills in the defaults of the alternative that was meant, and of no other", () => {
    const { loaded } = load(
      "store: { target: { kind: plain, path: x, password: hush }, login: { token: hush } }",
    );
    const shown = parse(showConfig(loaded, sections, { effective: true, origin: false }));
    expect(shown.store.target).toEqual({ kind: "plain", path: "x", password: "***" });
    expect(shown.store.login).toEqual({ token: "***", retries: 3 });
  });

  it("shows text that means the same when it is read again, in all four forms", () => {
    const { path: directory, release } = temporaryDirectory();
    const file = join(directory, "f");
    const read = (written: string) => {
      writeFileSync(file, written);
      return loadConfig({ sections, environment: {}, overlays: [], file });
    };
    const anyText = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 12 }),
      fc.constantFrom(
        "1",
        "true",
        "null",
        "~",
        "off",
        "# x",
        "a: b",
        "- a",
        "*a",
        "l1\nl2\n",
        " \n",
        "\t",
        "'",
        '"',
        "${env:X}",
        "0x1F",
        "1e3",
        "<<",
        "x\r\ny",
        "é\u0085\u2028",
      ),
    );
    const key = fc
      .stringMatching(/^[A-Za-z_]\w{0,6}$/)
      .filter((name) => !/^(constructor|prototype|__proto__)$/.test(name));
    const config = fc.record(
      {
        api: fc.record(
          {
            banner: anyText,
            port: fc.integer({ min: 1, max: 65_535 }),
            listen: fc.constantFrom("a:1", ["a:1", "b:2"]),
            callers: fc.array(fc.record({ name: anyText }), { maxLength: 2 }),
          },
          { requiredKeys: [], noNullPrototype: true },
        ),
        programs: fc.record(
          {
            environment: fc.dictionary(key, anyText, { noNullPrototype: true }),
            deadline: fc.constantFrom("1s", "250ms"),
          },
          { requiredKeys: [], noNullPrototype: true },
        ),
        pipeline: fc.array(
          fc.dictionary(
            key,
            fc.oneof(anyText, fc.double({ noNaN: true }), fc.constant(null), fc.array(anyText)),
            { noNullPrototype: true },
          ),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: [], noNullPrototype: true },
    );
    fc.assert(
      fc.property(config, fc.boolean(), (given, origin) => {
        const loaded = read(JSON.stringify(given));
        const asGiven = read(showConfig(loaded, sections, { effective: false, origin }));
        expect(asGiven.given).toEqual(loaded.given);
        const effective = read(showConfig(loaded, sections, { effective: true, origin }));
        expect(effective.value).toEqual(loaded.value);
      }),
      { numRuns: 300 },
    );
    release();
  });
});
