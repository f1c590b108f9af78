// Packs on their levels: which exist, which win, what is read of them.
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plain } from "../index.ts";
import { load, writeFiles } from "./file-tree.fixture.ts";

const global = "data/global-configuration/packs";
const local = "data/local-configuration/packs";
const zone = "data/zone-configuration/packs";
const check = "check: { script: ok }\n";

describe("packs", () => {
  it("exist with a package.yml that names them, whatever the directory is called", () => {
    const { packs, told } = load({
      "core/dir-a/package.yml": "name: redis\n",
      "core/b/package.yaml": "name: mysql\nversion: 1.0\ntopics: [monitoring, metrology]\nauthor: [a]\n",
      "core/c/package.json": '{"name": "old", "dependencies": {"core": ">=1.0"}}',
      "core/none/detectors/x.yml": "detector: {}",
      "core/nameless/package.yml": "version: 1",
      "core/broken/package.yml": "name: [",
      "core/empty/package.yml": "",
      "core/slash/package.yml": 'name: "../etc"',
      "core/escape/package.yml": 'name: "a\\e[31m"',
      "core/README.md": "no directory",
      "core/.git/package.yml": "name: git",
    });
    expect(packs.map(({ name }) => name)).toEqual(["mysql", "old", "redis"]);
    expect(packs[0]?.facts).toMatchObject({ version: "1", topics: ["monitoring", "metrology"], author: "" });
    expect(packs[1]?.facts.dependencies).toEqual({ core: ">=1.0" });
    expect(told).toEqual([
      "warning core/b/package.yaml:4:9: author: expected a text, found a list",
      expect.stringMatching(/^error core\/broken\/package\.yml:1:\d+: /),
      "error core/empty/package.yml: it is empty",
      expect.stringMatching(/^error core\/escape\/package\.yml:1:7: name: expected a name of letters/),
      "error core/nameless/package.yml:1:1: name: missing; a pack has a name",
      "warning core/none: there is no package.yml in it, so it is no pack",
      expect.stringMatching(/^error core\/slash\/package\.yml:1:7: name: expected a name of letters/),
    ]);
    expect(told.join("")).not.toContain("\u001b");
  });

  it("of a higher level shadow the whole pack of that name; nothing is merged", () => {
    const { packs, objects, parametersOf, told } = load({
      "core/redis/package.yml": "name: redis",
      "core/redis/monitoring/memory.yml": check,
      "core/redis/monitoring/broken.yml": "check: [",
      "core/redis/collectors/collector_redis.py": "",
      "core/mysql/package.yml": "name: mysql",
      "core/mysql/monitoring/memory.yml": check,
      [`${global}/redis/package.yml`]: "name: redis",
      [`${global}/redis/parameters/parameters.yml`]: "port: 1",
      [`${global}/redis/monitoring/other.yml`]: check,
      [`${zone}/mine/package.yml`]: "name: redis",
      [`${zone}/mine/monitoring/slow.yml`]: check,
      [`${zone}/mine/parameters/parameters.yml`]: "port: 2\nhost: a",
    });
    expect(told).toEqual([]);
    expect(packs.map(({ level, name, winning }) => [level, name, winning])).toEqual([
      ["core", "mysql", true],
      ["core", "redis", false],
      ["global", "redis", false],
      ["zone", "redis", true],
    ]);
    expect(objects("check").map(({ id, pack }) => [id, pack?.level])).toEqual([
      ["mysql/memory", "core"],
      ["redis/slow", "zone"],
    ]);
    expect(packs.map(parametersOf)).toEqual([{}, {}, { port: 1 }, { port: 2, host: "a" }]);
  });

  it("of one name on one level are a problem; the first directory wins", () => {
    const { packs, told, root } = load({
      [`${local}/b/package.yml`]: "name: redis",
      [`${local}/a/package.yml`]: "name: redis",
    });
    expect(packs.map(({ directory }) => directory)).toEqual([join(root, local, "a")]);
    expect(told).toEqual([
      `error ${local}/b/package.yml: the level local has a pack "redis" already, in ${local}/a; this one is not read`,
    ]);
  });

  it("can be disabled by name, on every level", () => {
    const files = {
      "core/redis/package.yml": "name: redis",
      [`${local}/redis/package.yml`]: "name: redis",
      [`${local}/redis/monitoring/x.yml`]: check,
    };
    const { packs, objects, told } = load(files, { disabled: ["redis", "redsi"] });
    expect(packs.map(({ disabled, winning }) => [disabled, winning])).toEqual([
      [true, false],
      [true, true],
    ]);
    expect(objects("check")).toEqual([]);
    expect(told).toEqual([
      'warning core: the pack "redsi", which is to be disabled, does not exist; did you mean "redis"?',
    ]);
  });

  it("may be links to directories elsewhere", () => {
    const { root } = load({ "elsewhere/package.yml": "name: redis", "elsewhere/monitoring/x.yml": check });
    symlinkSync(join(root, "elsewhere"), join(root, "core", "redis"));
    const { objects } = load({}, { core: join(root, "core") });
    expect(objects("check").map(({ id }) => id)).toEqual(["redis/x"]);
  });
});

describe("directories of a pack", () => {
  const redis = { "core/redis/package.yml": "name: redis\n" };

  it("bring objects of their kind", () => {
    const { objects, told } = load({
      ...redis,
      "core/redis/detectors/redis.yml": "detector: { apply_if: 'True' }",
      "core/redis/monitoring/deep/memory.yml": check,
      "core/redis/monitoring/port.yml": "service: { port: 6379 }",
      "core/redis/monitoring/tell.yml": "handler: { type: slack }",
      "core/redis/handlers/mail.yml": "handler: { type: mail }",
      "core/redis/generators/conf.yml": "generator: { path: /a }",
      "core/redis/generators/templates/conf.yml": "not: {{ an }} object",
      "core/redis/installors/a.yml": "installor: { name: install-a }",
      "core/redis/installers/b.yml": "installer: {}",
      "core/redis/compliance/c.yml": "compliance: { mode: audit }",
      "core/redis/dashboards/d.yml": "dashboard: { title: D }",
      "core/redis/tutorials/start/tutorial.yml": "tutorial: { title: T }",
      "core/redis/tutorials/start/tutorial-data.json": '{"title": "x", "stdout": []}',
      "core/redis/templates/mail.yml": "not: an object",
      "core/redis/parameters/parameters.yml": "a: 1",
    });
    expect(told).toEqual([]);
    const all = (["detector", "check", "service", "handler", "generator"] as const).flatMap(objects);
    const more = (["installor", "compliance", "dashboard", "tutorial"] as const).flatMap(objects);
    expect([...all, ...more].map(({ kind, id, name }) => `${kind} ${id} ${name}`)).toEqual([
      "detector redis/redis redis",
      "check redis/deep/memory memory",
      "service redis/port port",
      "handler redis/mail mail",
      "handler redis/tell tell",
      "generator redis/conf conf",
      "installor redis/b b",
      "installor redis/a install-a",
      "compliance redis/c c",
      "dashboard redis/d d",
      "tutorial redis/start start",
    ]);
  });

  it.each([
    [
      "detectors/x.yml",
      "check: {}",
      "error core/redis/detectors/x.yml:1:1: check: detectors/ of a pack holds only detector",
    ],
    [
      "monitoring/x.yml",
      "chek: {}",
      'error core/redis/monitoring/x.yml:1:1: chek: no kind of object; did you mean "check"?',
    ],
    [
      "monitoring/x.yml",
      "dns: {}",
      "error core/redis/monitoring/x.yml:1:1: dns: settings of a module stand in local files; a pack has parameters/parameters.yml",
    ],
    [
      "detector/x.yml",
      "detector: {}",
      expect.stringMatching(/^warning core\/redis\/detector: .*"detectors"\?$/),
    ],
    [
      "collectors/collector_redis.py",
      "import os",
      "warning core/redis/package.yml: the pack redis uses Python code, which is not run (collectors/collector_redis.py); the rest of it is loaded",
    ],
  ])("tell of %s with %j", (name, text, line) => {
    const { told, objects } = load({
      ...redis,
      [`core/redis/${name}`]: text,
      "core/redis/monitoring/good.yml": check,
    });
    expect(told).toEqual([line]);
    expect(objects("check").map(({ id }) => id)).toEqual(["redis/good"]);
    expect(objects("detector")).toEqual([]);
  });

  it("name all kinds of Python code", () => {
    const code = [
      "cli/cli.py",
      "collectors/collector_a.py",
      "compliancebackends/compliancebackend_x.py",
      "hostingdrivers/hostingdriver_x.py",
      "module/module.py",
    ];
    const files = [...code, "module/__init__.py", "module/notes.txt"];
    const { packs } = load({
      ...redis,
      ...Object.fromEntries(files.map((name) => [`core/redis/${name}`, ""])),
    });
    expect([...(packs[0]?.code ?? [])].sort()).toEqual(code);
  });
});

describe("local objects", () => {
  it("hide a pack's object of the same kind and id, or of the same name where names are used", () => {
    const { objects, told } = load({
      "core/web/package.yml": "name: web",
      "core/web/monitoring/a.yml": check,
      "core/web/monitoring/b.yml": check,
      "core/web/handlers/mail.yml": "handler: { type: mail, from: pack }",
      "local/web/a.yml": "check: { script: mine }",
      "local/b.yml": check,
      "local/mine.yml": "handler: { id: mail, from: local }",
    });
    expect(told).toEqual([]);
    expect(objects("check").map(({ id, pack }) => `${id} ${pack?.name}`)).toEqual([
      "web/b web",
      "b undefined",
      "web/a undefined",
    ]);
    expect(objects("handler").map(({ body }) => plain(body))).toEqual([{ id: "mail", from: "local" }]);
  });

  it("of one kind and id are a problem; the first file wins", () => {
    const { objects, told } = load({
      "local/a.json": '{"check": {"n": 1}}',
      "local/a.yml": "check: { n: 2 }",
    });
    expect(objects("check").map(({ body }) => plain(body))).toEqual([{ n: 1 }]);
    expect(told).toEqual([
      "error local/a.yml:1:8: check a: check: this name is taken by the one in local/a.json:1:11; this one is not used",
    ]);
  });

  it("know where everything in them stands", () => {
    const { objects, root } = load({ "local/a.yml": "check:\n  thresholds: { cpu: 1 }\n" });
    const [one] = objects("check");
    expect([["thresholds", "cpu"], ["thresholds", "none"], []].map((path) => one?.placeOf(path))).toEqual([
      `${root}/local/a.yml:2:17`,
      `${root}/local/a.yml:2:3`,
      `${root}/local/a.yml:2:3`,
    ]);
  });
});

describe("settings of a module", () => {
  it("are the local object's, over the parameters of the winning pack of that name", () => {
    const { settingsOf } = load({
      "core/dns/package.yml": "name: dns",
      "core/dns/parameters/parameters.yml": "enabled: false\nport: 53\ndomain: .pack",
      "core/geoloc/package.yml": "name: geoloc",
      "core/geoloc/parameters/parameters.yml": "token: x",
      "etc/local.yml": "dns: { enabled: true, port: 6766 }\nstatsd: { port: 1 }",
    });
    const values = ["dns", "geoloc", "statsd", "graphite"].map((name) => {
      const written = settingsOf(name);
      return written && plain(written.body);
    });
    expect(values).toEqual([
      { enabled: true, port: 6766, domain: ".pack" },
      { token: "x" },
      { port: 1 },
      undefined,
    ]);
  });
});

describe("templates", () => {
  const body = "handler: { type: email, subject_template: s.tpl }";
  const places = ["etc/templates", "etc/sub/templates", "etc/sub", "core/mail/templates"];

  it("come from the first place that has them", () => {
    for (let first = 0; first <= places.length; first += 1) {
      const found = places.slice(first).map((place) => [`${place}/s.tpl`, "text"]);
      const { objects, templatePath, below } = load({
        "etc/sub/h.yml": body,
        "core/mail/package.yml": "name: mail",
        ...Object.fromEntries(found),
      });
      const [handler] = objects("handler");
      const path = handler && templatePath(handler, "s.tpl");
      expect(path && below(path)).toBe(places[first] && `${places[first]}/s.tpl`);
    }
  });

  it.each([
    "../secret",
    "/etc/passwd",
    "",
    "a/../../secret",
    "..\\secret",
    "x\0",
    "link",
    "loop",
    "directory",
  ])("are not found outside, nor in what is no file: %j", (name) => {
    const { root, objects, templatePath } = load({
      "core/mail/package.yml": "name: mail",
      "core/mail/handlers/mail.yml": "handler: { type: slack }",
      "core/mail/templates/good": "",
      "core/secret": "",
      "core/mail/secret": "",
    });
    const templates = join(root, "core/mail/templates");
    symlinkSync("../../secret", join(templates, "link"));
    symlinkSync("loop", join(templates, "loop"));
    mkdirSync(join(templates, "directory"));
    const [handler] = objects("handler");
    if (handler === undefined) throw new Error("there is no handler");
    expect(templatePath(handler, "good")).toBe(join(templates, "good"));
    expect(templatePath(handler, name)).toBeUndefined();
  });

  it("of local objects may be links", () => {
    const { root, objects, templatePath } = load({ "local/h.yml": body, elsewhere: "text" });
    writeFiles(join(root, "local/templates"), {});
    mkdirSync(join(root, "local/templates"));
    symlinkSync(join(root, "elsewhere"), join(root, "local/templates/s.tpl"));
    const [handler] = objects("handler");
    expect(handler && templatePath(handler, "s.tpl")).toBe(join(root, "local/templates/s.tpl"));
  });
});
