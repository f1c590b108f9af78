// The repository's own rules, as far as no other tool holds them. Each failure says what to do.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { modules } from "../src/agent-config.ts";
import { routes } from "../src/api/routes/index.ts";
import { catalogue } from "../src/kernel/errors.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root })
  .toString()
  .split("\n")
  .filter((path) => path !== "");
const sources = tracked.filter((path) => /^src\/.*\.ts$/.test(path));
const code = sources.filter((path) => !path.endsWith(".test.ts"));

describe("files", () => {
  it("stand in a layer that exists", () => {
    const folders = new Set(code.map((path) => path.split("/")[1]));
    const known = [
      ...["kernel", "metric", "event", "formats", "languages", "config", "node", "transports", "programs"],
      ...["inputs", "pipeline", "store", "query", "outputs", "checks", "compliance", "events", "handlers"],
      ...["api", "cli"],
    ];
    expect([...folders].filter((name) => name !== undefined && !known.includes(name)).sort()).toEqual([
      "agent-answers.ts",
      "agent-claims.ts",
      "agent-config.ts",
      "agent-passage.ts",
      "agent.ts",
      "main.ts",
      "program.ts",
    ]);
  });

  it.each(code)("%s says in its first line what it is for", (path) => {
    const lines = read(path).split("\n");
    const first = lines[0]?.startsWith("#!") ? lines[1] : lines[0];
    expect(first).toMatch(/^\/\/ \S.{15,}/);
  });

  it("have names that say what they are", () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc|types|managers?)(\.ts|\/)/;
    expect(sources.filter((path) => vague.test(path))).toEqual([]);
  });

  it("leave nothing behind for later", () => {
    const marks = /\b(TODO|FIXME|XXX)\b/;
    const left = tracked.filter(
      (path) => /\.(ts|mjs|md|yaml)$/.test(path) && path !== "test/tidy.test.ts" && marks.test(read(path)),
    );
    expect(left).toEqual([]);
  });

  it("end the process in one place", () => {
    expect(code.filter((path) => /process\.exit\(/.test(read(path)))).toEqual(["src/program.ts"]);
  });
});

describe("signals", () => {
  it("are linked in one way: what Node makes of a long-lived one is kept as long as that", () => {
    const linking = /\bAbortSignal\.(any|timeout)\(/;
    expect(
      code.filter((path) => linking.test(read(path))),
      "use src/kernel/linked-abort.ts",
    ).toEqual([]);
  });

  it("are no longer listened to by work that is over", () => {
    /** They listen to signals that end with the work, or with the client. */
    const own = [
      "src/compliance/running/compliance-set.ts",
      "src/events/node-websocket.ts",
      "src/handlers/telling/attempt.ts",
    ];
    const forgetful = code
      .filter((path) => read(path).includes('addEventListener("abort"') && !own.includes(path))
      .filter((path) => !read(path).includes('removeEventListener("abort"'));
    expect(forgetful, "remove the listener when the work is over").toEqual([]);
  });
});

describe("lists", () => {
  it.each([
    ["src/api/routes", "src/api/routes/index.ts"],
    ["src/cli/commands", "src/cli/commands/index.ts"],
    ["src/api/contract", "src/api/contract/index.ts"],
    ["src/inputs/collectors", "src/inputs/collectors/index.ts"],
    ["src/inputs/applications", "src/inputs/applications/index.ts"],
    ["src/pipeline/stages", "src/pipeline/stages/index.ts"],
    ["src/outputs/writers", "src/outputs/writers/index.ts"],
    ["src/handlers/kinds", "src/handlers/kinds/index.ts"],
    ["src/compliance/drivers", "src/compliance/drivers/index.ts"],
    ["src/query/functions", "src/query/functions/index.ts"],
  ])("of %s name every file", (folder, list) => {
    const files = readdirSync(join(root, folder)).filter(
      (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
    );
    const forgotten = files.filter((name) => name !== "index.ts" && !read(list).includes(`./${name}`));
    expect(forgotten, `add a line for each to ${list}`).toEqual([]);
  });

  it("of modules have one of each, with a sentence", () => {
    expect(new Set(modules.map(({ name }) => name)).size).toBe(modules.length);
    for (const { summary } of modules) expect(summary).toMatch(/^[A-Z].*\.$/);
  });

  it("of routes have one of each, with a sentence and an answer", () => {
    const places = routes.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(places).size).toBe(places.length);
    for (const { summary, answers } of routes) {
      expect(summary).toMatch(/^[A-Z].*\.$/);
      expect(Object.keys(answers).length).toBeGreaterThan(0);
    }
  });

  it("of errors are used, each code somewhere", () => {
    const all = code
      .filter((path) => path !== "src/kernel/errors.ts")
      .map(read)
      .join("\n");
    expect(
      Object.keys(catalogue).filter((name) => !all.includes(`"${name}"`)),
      "take them out of the catalogue",
    ).toEqual([]);
  });
});

describe("decision notes", () => {
  const notes = tracked.filter((path) => /^docs\/decisions\/.*\.md$/.test(path));

  it.each(notes)("%s has a context, a decision and consequences", (path) => {
    expect(basename(path)).toMatch(/^\d{4}-[a-z0-9-]+\.md$/);
    for (const part of ["## Context", "## Decision", "## Consequences"]) expect(read(path)).toContain(part);
  });

  it("give a reason for every package that the agent is made of", () => {
    const {
      dependencies = {},
      optionalDependencies = {},
      devDependencies = {},
    } = JSON.parse(read("package.json")) as Record<string, Record<string, string>>;
    const all = notes.map(read).join("\n");
    const names = Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies });
    expect(
      names.filter((name) => !all.includes(`\`${name}\``)),
      "name them in docs/decisions",
    ).toEqual([]);
  });
});
