// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in a configuration have this form.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { testSections as sections } from "../../test/support/config-sections.ts";
import { directoryOfTest, temporaryDirectory } from "../../test/support/temporary.ts";
import { AgentError } from "../kernel/errors.ts";
import { type LoadRequest, loadConfig } from "./load.ts";

interface Given {
  /** Name below the directory → text; `main.yaml` is the main file. */
  files?: Record<string, string | Buffer>;
  environment?: Record<string, string>;
  overlays?: LoadRequest["overlays"];
}

function prepare({
  files = {},
  environment = {},
  overlays = [],
}: Given): LoadRequest & { directory: string } {
  const directory = directoryOfTest();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  const main = files["main.yaml"] === undefined ? {} : { file: "main.yaml" };
  return { sections, environment, overlays, directory, ...main };
}

const load = (given: Given) =>
  loadConfig(prepare(given)) as ReturnType<typeof loadConfig> & { value: Values };
type Values = Record<"api" | "programs" | "store", Record<string, unknown>>;

function faultOf(act: () => unknown): AgentError {
  try {
    act();
  } catch (error) {
    if (error instanceof AgentError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("which files are read", () => {
  it("is content with none", () => {
    const { value, given, files, origins } = load({});
    expect(value).toEqual({
      api: { listen: ["127.0.0.1:6777"], port: 6777, callers: [], ratio: 0.5 },
      programs: {
        paths: ["/usr/lib/nagios/plugins"],
        deadline: 10_000,
        output_limit: 1024 ** 2,
        environment: {},
        shell: false,
      },
      store: { every: "off", file: "none", secrets: {} },
      pipeline: [],
    });
    expect([given, files, [...origins]]).toEqual([{}, [], []]);
  });

  it("takes the main file, then conf.d by name; later ones win, mappings merge, lists are replaced", () => {
    const request = prepare({
      files: {
        "main.yaml": "api: { port: 1, listen: [a:1, b:2] }\nprograms: { environment: { A: '1', B: '1' } }\n",
        "conf.d/20-later.yml": "programs: { environment: { B: '3' } }",
        "conf.d/10-first.yaml":
          "api: { port: 2, listen: c:3 }\nprograms: { environment: { B: '2', C: '2' } }",
        "conf.d/.hidden.yaml": "not: read",
        "conf.d/notes.txt": "not read",
      },
    });
    const { value, files, origins } = loadConfig(request);
    expect(value["api"]).toMatchObject({ port: 2, listen: ["c:3"] });
    expect(value["programs"]).toMatchObject({ environment: { A: "1", B: "3", C: "2" } });
    const at = (name: string) => join(request.directory, name);
    expect(files).toEqual([at("main.yaml"), at("conf.d/10-first.yaml"), at("conf.d/20-later.yml")]);
    expect(Object.fromEntries(origins)).toEqual({
      "api.port": `${at("conf.d/10-first.yaml")}:1:14`,
      "api.listen": `${at("conf.d/10-first.yaml")}:1:25`,
      "programs.environment.A": `${at("main.yaml")}:2:31`,
      "programs.environment.B": `${at("conf.d/20-later.yml")}:1:31`,
      "programs.environment.C": `${at("conf.d/10-first.yaml")}:2:39`,
    });
  });

  it("reads the default file when it is there, and conf.d beside it in any case", () => {
    const request = prepare({
      files: { "conf.d/a.yaml": "api: { port: 5 }", "other/default.yaml": "api: { port: 6 }" },
    });
    const absent = loadConfig({ ...request, defaultFile: "default.yaml" });
    expect(absent.value["api"]).toMatchObject({ port: 5 });
    const present = loadConfig({ ...request, defaultFile: "other/default.yaml" });
    expect(present.value["api"]).toMatchObject({ port: 6 });
  });

  it.each([
    ["an empty file", ""],
    ["comments", "# nothing\n"],
    ["an empty section", "api:\n  # port: 1\nprograms: {}\n"],
    ["a byte order mark", "\uFEFFapi:\n"],
  ])("takes %s for an empty configuration", (_, text) => {
    expect(load({ files: { "main.yaml": text } }).value).toEqual(load({}).value);
  });

  it("keeps what other files say about a section that one leaves empty", () => {
    const files = { "main.yaml": "api: { port: 9 }", "conf.d/a.yaml": "api:\n" };
    expect(load({ files }).value.api).toMatchObject({ port: 9 });
  });

  it("refuses a named file that is missing", () => {
    const request = prepare({});
    const fault = faultOf(() => loadConfig({ ...request, file: "gone.yaml" }));
    expect(fault.message).toBe(
      `cannot read the configuration ${join(request.directory, "gone.yaml")}: ENOENT: no such file or directory`,
    );
    expect(fault.exit).toBe(78);
  });

  it("refuses a directory and a file over 4 MiB", () => {
    const request = prepare({ files: { "main.yaml": "#".repeat(4 * 1024 ** 2 + 1) } });
    expect(faultOf(() => loadConfig(request)).message).toContain("it is larger than 4194304 bytes");
    expect(faultOf(() => loadConfig({ ...request, file: "." })).message).toContain(
      "it is neither a file nor a pipe",
    );
  });

  it("reads a pipe", () => {
    const request = prepare({});
    const pipe = join(request.directory, "pipe");
    execFileSync("/bin/sh", ["-c", 'mkfifo "$0"', pipe]);
    execFileSync("/bin/sh", ["-c", 'printf "api: { port: 7 }" >"$0" &', pipe], { stdio: "ignore" });
    expect(loadConfig({ ...request, file: pipe }).value["api"]).toMatchObject({ port: 7 });
  });
});

it("refuses a pipe that lies among the fragments, and does not wait for it", () => {
  const request = prepare({ files: { "main.yaml": "", "conf.d/a.yaml": "" } });
  const pipe = join(request.directory, "conf.d", "b.yaml");
  execFileSync("/bin/sh", ["-c", 'mkfifo -m 600 "$0"', pipe]);
  expect(faultOf(() => loadConfig(request)).message).toContain("it is not a regular file");
});

describe("variables and flags", () => {
  const files = { "main.yaml": "api: { port: 1, tls: { certificate: a, key: b } }" };

  it("lets variables win over files and flags over both, later flags over earlier ones", () => {
    const { value, origins } = load({
      files,
      environment: {
        YAGURA_API__PORT: "2",
        YAGURA_API__RATIO: "0.25",
        YAGURA_API: "{ ratio: 0.1, banner: hi }",
      },
      overlays: [
        { path: ["api", "port"], value: 3, origin: "--port" },
        { path: ["api", "port"], value: 4, origin: "-P" },
        { path: ["api", "banner"], value: undefined, origin: "--banner" },
      ],
    });
    expect(value.api).toMatchObject({ port: 4, ratio: 0.25, banner: "hi" });
    expect([origins.get("api.port"), origins.get("api.ratio"), origins.get("api.banner")]).toEqual([
      "-P",
      "YAGURA_API__RATIO",
      "YAGURA_API",
    ]);
  });

  it.each([
    ["YAGURA_API__LISTEN", "[a:1, b:2]", "api", { listen: ["a:1", "b:2"] }],
    ["YAGURA_API__LISTEN", "a:1", "api", { listen: ["a:1"] }],
    ["YAGURA_PROGRAMS__SHELL", "true", "programs", { shell: true }],
    ["YAGURA_PROGRAMS__DEADLINE", "3s", "programs", { deadline: 3000 }],
    ["YAGURA_PROGRAMS__OUTPUT_LIMIT", "2KiB", "programs", { output_limit: 2048 }],
    ["YAGURA_PROGRAMS__ENVIRONMENT__LANG", "C", "programs", { environment: { lang: "C" } }],
    ["YAGURA_API__BANNER", "2024", "api", { banner: "2024" }],
    ["YAGURA_API__BANNER", "# not: a comment", "api", { banner: "# not: a comment" }],
    ["YAGURA_API__BANNER", '" in quotes "', "api", { banner: " in quotes " }],
    ["YAGURA_STORE__SECRETS__DB", "*pass&word", "store", { secrets: { db: "*pass&word" } }],
    ["YAGURA_API__BANNER", "", "api", { port: 6777 }],
    ["YAGURA_HOME", "/nowhere", "api", { port: 6777 }],
    ["YAGURA_HOME__API", "/nowhere", "api", { port: 6777 }],
    ["yagura_api__port", "1", "api", { port: 6777 }],
  ] as const)("reads %s=%s", (name, text, section, part) => {
    expect(load({ environment: { [name]: text } }).value[section]).toMatchObject(part);
  });

  it("takes relative paths of files from their directory and others from the current one", () => {
    const request = prepare({
      files: {
        "etc/main.yaml": "api: { tls: { certificate: a.pem, key: /k.pem } }\nstore: { file: none }",
        "etc/conf.d/b.yaml": "programs: { paths: [plugins, ../more] }",
      },
      environment: { YAGURA_API__TLS__KEY: "keys/k.pem" },
    });
    const { value } = loadConfig({ ...request, file: "etc/main.yaml" });
    const at = (name: string) => join(request.directory, name);
    expect(value["api"]).toMatchObject({ tls: { certificate: at("etc/a.pem"), key: at("keys/k.pem") } });
    expect(value["programs"]).toMatchObject({ paths: [at("etc/conf.d/plugins"), at("etc/more")] });
    expect(value["store"]).toMatchObject({ file: "none" });
  });

  it("takes the process's directory unless told another", () => {
    const overlays = [{ path: ["store", "file"], value: "x.db", origin: "--file" }];
    const { value } = loadConfig({ sections, environment: {}, overlays });
    expect(value["store"]).toMatchObject({ file: join(process.cwd(), "x.db") });
  });

  it("looks at the kind of an alternative before it takes a text for a path", () => {
    const request = prepare({ files: { "main.yaml": "store: { target: { kind: plain, path: x } }" } });
    expect(loadConfig(request).value["store"]).toMatchObject({ target: { path: "x" } });
    writeFileSync(join(request.directory, "main.yaml"), "store: { target: { kind: file, path: x } }");
    expect(loadConfig(request).value["store"]).toMatchObject({
      target: { path: join(request.directory, "x") },
    });
  });
});

describe("whatever the text", () => {
  const fragment = fc.constantFrom(
    "api:",
    "programs:",
    "store:",
    "port",
    "listen",
    "tls",
    "callers",
    "- ",
    "  ",
    "\n",
    "\n  ",
    "\n    ",
    ": ",
    ", ",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    "&a ",
    "*a",
    "<<: ",
    "!x ",
    "? ",
    "# ",
    "%",
    "@",
    "`",
    "|",
    "> ",
    "\t",
    "${env:X}",
    "${file:/}",
    "1",
    "0.5",
    "off",
    "null",
    "__proto__",
    "constructor",
    "---\n",
    "...\n",
    "\\",
    "\uFEFF",
    "\0",
    "é",
  );
  const yamlLike = fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join(""));
  const anyText = fc.oneof({ weight: 4, arbitrary: yamlLike }, fc.string({ unit: "binary", maxLength: 60 }));

  it("throws nothing but a fault of ours", () => {
    const { path, release } = temporaryDirectory();
    const file = join(path, "main.yaml");
    const seen = { accepted: 0, refused: 0 };
    const attempt = (act: () => unknown) => {
      try {
        act();
        seen.accepted += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(AgentError);
        seen.refused += 1;
      }
    };
    fc.assert(
      fc.property(anyText, (text) => {
        writeFileSync(file, text);
        attempt(() => loadConfig({ sections, file, environment: {}, overlays: [] }));
        const environment = { YAGURA_API__LISTEN: text, YAGURA_STORE: text, YAGURA_API__BANNER: text };
        attempt(() => loadConfig({ sections, environment, overlays: [] }));
      }),
      { numRuns: 600 },
    );
    release();
    expect(seen.accepted).toBeGreaterThan(10);
    expect(seen.refused).toBeGreaterThan(200);
  });

  it("throws nothing else for bytes that are not UTF-8", () => {
    const request = prepare({ files: { "main.yaml": Buffer.from("api:\n  banner: \xE9\n", "latin1") } });
    expect(faultOf(() => loadConfig(request)).message).toBe(
      `${join(request.directory, "main.yaml")}:2:11: this is not UTF-8 text`,
    );
  });
});
