// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in a configuration have this form.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { testSections as sections } from "../../test/support/config-sections.ts";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { AgentError } from "../kernel/errors.ts";
import { type LoadRequest, loadConfig } from "./load.ts";

/** The lines of the report, the directory taken out of them. */
function report(text: string, more: Partial<LoadRequest> & { fragment?: string } = {}): string[] {
  const { fragment, ...request } = more;
  const directory = directoryOfTest();
  writeFileSync(join(directory, "f"), text);
  mkdirSync(join(directory, "conf.d"));
  if (fragment !== undefined) writeFileSync(join(directory, "conf.d/a.yaml"), fragment);
  try {
    loadConfig({ sections, environment: {}, overlays: [], file: "f", directory, ...request });
  } catch (error) {
    if (!(error instanceof AgentError) || error.code !== "config.invalid") throw error;
    return error.message.replaceAll(`${directory}/`, "").split("\n");
  }
  return [];
}

describe("the report", () => {
  it.each([
    ["api:\n  listn: x", 'f:2:3: api.listn: unknown key "listn"; did you mean "listen"?'],
    ["aip: {}", 'f:1:1: aip: unknown key "aip"; did you mean "api"?'],
    ["xyz: {}", 'f:1:1: xyz: unknown key "xyz"; known here: api, programs, store, pipeline'],
    ["api: { port: 0 }", "f:1:14: api.port: expected a whole number from 1 to 65535, found 0"],
    ["api: { port: http }", 'f:1:14: api.port: expected a whole number from 1 to 65535, found "http"'],
    ["api: { port: }", "f:1:14: api.port: expected a whole number from 1 to 65535, found nothing"],
    ["api: { port: 1.5 }", "f:1:14: api.port: expected a whole number from 1 to 65535, found 1.5"],
    ["api: { ratio: 0 }", "f:1:15: api.ratio: expected a number above 0, found 0"],
    ["api: { ratio: .nan }", "f:1:15: api.ratio: expected a number above 0, found NaN"],
    ["api: { banner: 2024 }", "f:1:16: api.banner: expected a text, found 2024; put it in quotes"],
    ["api: { listen: here }", 'f:1:16: api.listen: expected HOST:PORT, found "here"'],
    ["api: { listen: [a:1, here] }", 'f:1:22: api.listen[1]: expected HOST:PORT, found "here"'],
    ["api:\n  tls:\n    certificate: x", "f:2:3: api.tls.key: missing; expected a path"],
    ["api: { tls: }", "f:1:13: api.tls: expected a mapping, found nothing"],
    ["api:\n  callers:\n    - token: x", "f:3:7: api.callers[0].name: missing; expected a text"],
    [
      "api: { callers: [{ name: a, roles: [raed] }] }",
      'f:1:37: api.callers[0].roles[0]: expected one of "read", "check", "operate", found "raed"',
    ],
    ["api: { callers: { name: a } }", "f:1:17: api.callers: expected a list, found a mapping"],
    ["api: 3", "f:1:6: api: expected a mapping, found 3"],
    [
      "programs: { deadline: 10 }",
      "f:1:23: programs.deadline: expected a duration such as 250ms, 10s, 1m30s or 7d, found 10",
    ],
    [
      "programs: { deadline: fast }",
      'f:1:23: programs.deadline: expected a duration such as 250ms, 10s, 1m30s or 7d, found "fast"',
    ],
    ["programs: { paths: [] }", "f:1:20: programs.paths: expected at least 1 item, found an empty list"],
    ["programs: { paths: [''] }", 'f:1:21: programs.paths[0]: expected a text that is not empty, found ""'],
    ["programs: { shell: yes }", 'f:1:20: programs.shell: expected true or false, found "yes"'],
    [
      "programs: { environment: { a-b: x } }",
      'f:1:28: programs.environment.a-b: the name "a-b" does not fit: expected letters, digits and _',
    ],
    [
      "programs: { environment: { A: [x] } }",
      "f:1:31: programs.environment.A: expected a text, found a list",
    ],
    [
      "store: { every: often }",
      'f:1:17: store.every: expected "off" or a duration such as 250ms, 10s, 1m30s or 7d, found "often"',
    ],
    ["store: { every: 10s }", "f:1:1: store.pin: a pin is needed unless every is off"],
    ["store: { target: { path: x } }", 'f:1:10: store.target.kind: missing; expected "file" or "plain"'],
    [
      "store: { target: { kind: ftp } }",
      'f:1:26: store.target.kind: expected "file" or "plain", found "ftp"',
    ],
    [
      "store: { target: { kind: file, path: x, password: y } }",
      'f:1:41: store.target.password: unknown key "password"; known here: kind, path',
    ],
    ["- api", "f:1:1: expected a mapping of sections, found a list"],
    ["api", "f:1:1: expected a mapping of sections, found a single value"],
    ['"a\\nb": 1', 'f:1:1: ["a\\nb"]: unknown key "a\\nb"; known here: api, programs, store, pipeline'],
    ["__proto__: { polluted: true }", 'f:1:1: __proto__: unknown key "__proto__"; this name cannot be used'],
    [
      "programs: { environment: { __proto__: x } }",
      'f:1:28: programs.environment.__proto__: unknown key "__proto__"; this name cannot be used',
    ],
  ])("of %j", (text, line) => {
    expect(report(text)).toEqual([line]);
  });

  it("tells everything at once, in the order of the files, their lines, and then the rest", () => {
    const lines = report("api:\n  prot: 1\n  tls: {}\nprograms:\n  shell: 1\n  shell: 2\n", {
      fragment: "api:\n  ratio: x\n",
      environment: { YAGURA_API__PORTT: "1", YAGURA_PROGRAMS__PATHS: "[" },
      overlays: [{ path: ["api", "port"], value: 0, origin: "--port" }],
    });
    expect(lines).toEqual([
      'f:2:3: api.prot: unknown key "prot"; did you mean "port"?',
      "f:3:3: api.tls.certificate: missing; expected a path",
      "f:3:3: api.tls.key: missing; expected a path",
      "f:5:10: programs.shell: expected true or false, found 1",
      'f:6:3: programs.shell: duplicate key "shell"; it stands already in line 5, column 3',
      'conf.d/a.yaml:2:10: api.ratio: expected a number above 0, found "x"',
      expect.stringMatching(/^YAGURA_PROGRAMS__PATHS: programs\.paths: /),
      "--port: api.port: expected a whole number from 1 to 65535, found 0",
      'YAGURA_API__PORTT: api.portt: unknown key "portt"; did you mean "port"?',
    ]);
  });

  it("goes on after a file that is not YAML, but misses nothing that may stand in it", () => {
    const lines = report("api:\n\ttls: { key: x }\n", {
      fragment: "api:\n  tls: { certificate: y }\n  port: x",
    });
    expect(lines).toEqual([
      "f:2:1: a tab stands in the indentation; indent with spaces",
      'conf.d/a.yaml:3:9: api.port: expected a whole number from 1 to 65535, found "x"',
    ]);
  });

  it("refuses an overlay that would reach a prototype", () => {
    const overlays = [
      { path: ["programs", "environment"], value: JSON.parse('{"__proto__":{"x":1}}'), origin: "--x" },
    ];
    expect(report("", { overlays })).toEqual([expect.stringContaining("this name cannot be used")]);
    expect(report("", { environment: { YAGURA_STORE__SECRETS__CONSTRUCTOR: "x" } })).toHaveLength(1);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

describe("secrets in the report", () => {
  it.each([
    ["a wrong type", "api: { callers: [{ name: a, token: 271828 }] }"],
    ["a wrong length", "store: { pin: '271828' }"],
    ["a list", "store: { pin: ['271828'] }"],
    ["a broken reference", "store: { pin: '${271828' }"],
    ["an unknown reference", "store: { pin: '${271828}' }"],
    ["a record", "store: { secrets: { a: 271828 } }"],
    ["an alias", "store: { pin: *271828 }"],
    ["a tag", "store: { pin: !271828 x }"],
    ["an escape", 'store: { pin: "\\271828" }'],
    ["a bracket", "store: { pin: ]271828 }"],
    ["an alternative", "store: { target: { kind: plain, path: x, password: 271828 } }"],
    [
      "an alternative that does not know it",
      "store: { target: { kind: file, path: x, password: '271828' } }",
    ],
  ])("do not stand for %s", (_, text) => {
    const lines = report(text);
    expect(lines).not.toEqual([]);
    expect(lines.join()).not.toContain("271828");
  });

  it("do not stand when they came from elsewhere and the schema's author repeats them", () => {
    const lines = report("store: { pin: '${env:PIN}' }", { environment: { PIN: "271828" } });
    expect(lines).toEqual(["f:1:15: store.pin: expected a text, found a value that is not shown"]);
  });
});
