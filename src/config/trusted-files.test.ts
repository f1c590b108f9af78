// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in a configuration have this form.
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { testSections as sections } from "../../test/support/config-sections.ts";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { AgentError } from "../kernel/errors.ts";
import { loadConfig } from "./load.ts";
import { loadPacks } from "./packs/index.ts";
import { problemLine } from "./problem.ts";

const mallory = 12_346;

function filesIn(texts: Readonly<Record<string, string>>): string {
  const directory = directoryOfTest();
  for (const [name, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text, { mode: 0o600 });
  }
  return directory;
}

const whole = { "main.yaml": "api: { port: 7 }\n", "conf.d/more.yaml": "api: { ratio: 0.1 }\n" };

function load(directory: string, file = "main.yaml") {
  return loadConfig({ sections, environment: {}, overlays: [], directory, file });
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AgentError) return `${error.code} ${error.exit} ${error.message}`;
    throw error;
  }
  return "";
}

describe.runIf(process.getuid?.() === 0)("a configuration that others could change is not read", () => {
  it.each([".", "main.yaml", "conf.d", "conf.d/more.yaml"])("%s", (name) => {
    const directory = filesIn(whole);
    expect(load(directory).value["api"]).toMatchObject({ port: 7, ratio: 0.1 });
    chownSync(join(directory, name), mallory, mallory);
    const path = join(directory, name);
    expect(codeOf(() => load(directory))).toBe(
      `config.untrusted 78 the configuration is not read: ${path} belongs to the user ${mallory}; run: chown root: ${path}`,
    );
    chownSync(path, 0, 0);
    chmodSync(path, 0o777);
    expect(codeOf(() => load(directory))).toContain(`run: chmod o-w ${path}`);
  });

  it("nor is a secret's file", () => {
    const directory = filesIn({
      "main.yaml": 'store: { secrets: { a: "${file:token}" } }\n',
      token: "s3cret",
    });
    expect(load(directory).value["store"]).toMatchObject({ secrets: { a: "s3cret" } });
    chownSync(join(directory, "token"), mallory, mallory);
    expect(codeOf(() => load(directory))).toContain(`belongs to the user ${mallory}; run: chown root: `);
  });
});

it("a descriptor that the agent was started with is nobody else's", () => {
  const directory = filesIn({});
  const script = `exec 3<<'END'
api: { port: 9 }
END
exec "$0" -e 'process.stdout.write(require("node:fs").readFileSync("/dev/fd/3"))'`;
  expect(execFileSync("/bin/sh", ["-c", script, process.execPath]).toString()).toContain("port: 9");
  expect(codeOf(() => load(directory, "/dev/fd/99"))).toContain("config.unreadable");
});

it.each([
  ["/dev/zero", "config.untrusted"],
  ["/proc/kmsg", "config.unreadable"],
])("%s is no configuration", (path, code) => {
  expect(codeOf(() => load(directoryOfTest(), path))).toContain(code);
});

describe.runIf(process.getuid?.() === 0)("objects and packs that others could change", () => {
  const pack = (name: string) => `name: ${name}\n`;
  const check = (name: string) => `check: { id: ${name}, warning_if: "1" }\n`;
  const texts = {
    "core/good/package.yml": pack("good"),
    "core/good/monitoring/one.yml": check("packed"),
    "levels/local-configuration/packs/good/package.yml": pack("good"),
    "levels/local-configuration/packs/good/monitoring/one.yml": check("higher"),
    "objects.d/kept.yml": check("kept"),
    "objects.d/below/other.yml": check("other"),
  };
  const loadAt = (directory: string) => {
    const { objects, problems } = loadPacks({
      core: join(directory, "core"),
      levels: join(directory, "levels"),
      objects: [join(directory, "objects.d")],
    });
    return {
      names: objects("check")
        .map(({ name }) => name)
        .sort(),
      lines: problems.map(problemLine),
    };
  };

  it.each([
    ["objects.d/below/other.yml", ["higher", "kept"]],
    ["objects.d/below", ["higher", "kept"]],
    ["objects.d", ["higher"]],
    ["levels/local-configuration/packs/good/monitoring/one.yml", ["kept", "other"]],
    ["levels/local-configuration/packs/good/monitoring", ["kept", "other"]],
    ["levels/local-configuration/packs/good/package.yml", ["kept", "other", "packed"]],
    ["levels/local-configuration/packs/good", ["kept", "other", "packed"]],
    ["levels/local-configuration", ["kept", "other", "packed"]],
    ["core/good", ["higher", "kept", "other"]],
  ])("%s is left out and told of, and the rest is there", (name, names) => {
    const directory = filesIn(texts);
    expect(loadAt(directory)).toEqual({ names: ["higher", "kept", "other"], lines: [] });
    const path = join(directory, name);
    for (const spoil of [() => chmodSync(path, 0o777), () => chownSync(path, mallory, mallory)]) {
      spoil();
      const found = loadAt(directory);
      expect(found.names).toEqual(names);
      expect(found.lines.join("\n")).toMatch(/cannot be read: .*; run: ch(mod o-w|own root:) \S+$/m);
      chmodSync(path, 0o755);
    }
  });
});
