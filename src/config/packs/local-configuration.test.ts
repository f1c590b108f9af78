// A whole configuration directory of opsbro, of each generation: main file, variables, parameters, modules, objects.
import { describe, expect, it } from "vitest";
import { plain } from "../index.ts";
import { load } from "./file-tree.fixture.ts";

describe("the configuration of 2016, in JSON", () => {
  const etc = {
    "etc/local.json": JSON.stringify(
      {
        display_name: "web1",
        tags: ["linux", "web"],
        datacenters: ["dc1"],
        port: 6768,
        seeds: ["10.0.0.1:6768"],
        nagiosplugins: "/usr/lib/nagios/plugins",
        limits: { deep: { cpu: 5 } },
        statsd: { enabled: true, port: 8125 },
        detector: { interval: "10s", apply_if: "True", tags: ["x"] },
      },
      undefined,
      "\t",
    ),
    "etc/checks/linux/cpu.json":
      '{\n\t"check": {\n\t\t"apply_on": "linux",\n\t\t"script": "a\\/b \\ud83d\\ude00"\n\t}\n}\n',
    "etc/services/web.json": '{"service": {"port": 80, "check": {"script": "x"}}}',
    "etc/handlers/mail.json": '{"handler": {"type": "mail"}}',
    "etc/templates/email.subject.tpl": "",
    "etc/templates/data.json": "{ not: read",
    "etc/notes.txt": "not: read",
    "etc/.hidden.json": "{ not: read",
  };

  it("loads as it is, tabs and all", () => {
    const { told, objects, modules, globals, agentParameters, mainFile, below } = load(etc);
    expect(told).toEqual([]);
    expect(mainFile && below(mainFile)).toBe("etc/local.json");
    expect(agentParameters).toEqual({
      groups: ["linux", "web"],
      display_name: "web1",
      datacenters: ["dc1"],
      seeds: ["10.0.0.1:6768"],
      port: 6768,
    });
    expect(globals).toEqual({ nagiosplugins: "/usr/lib/nagios/plugins", limits: { deep: { cpu: 5 } } });
    expect([...modules.keys()]).toEqual(["statsd"]);
    expect(objects("check").map(({ id, body }) => [id, plain(body)])).toEqual([
      ["checks/linux/cpu", { apply_on: "linux", script: "a/b 😀" }],
    ]);
    expect(objects("service").map(({ id, name }) => [id, name])).toEqual([["services/web", "web"]]);
    expect(objects("handler").map(({ name }) => name)).toEqual(["mail"]);
    expect(objects("detector").map(({ id }) => id)).toEqual(["local"]);
  });
});

describe("the main file", () => {
  it.each([
    [["agent.yml", "local.yml", "local.json"], "agent.yml"],
    [["agent.yaml", "local.yml"], "agent.yaml"],
    [["local.yml", "local.json"], "local.yml"],
    [["local.json"], "local.json"],
  ])("of %j is %s", (names, main) => {
    const files = Object.fromEntries(names.map((name) => [`etc/${name}`, "{}"]));
    const { mainFile, below } = load(files);
    expect(mainFile && below(mainFile)).toBe(`etc/${main}`);
  });

  it("may be missing", () => {
    const { mainFile, told, agentParameters } = load({ "etc/x.yml": "" });
    expect([mainFile, told, agentParameters]).toEqual([undefined, [], {}]);
  });

  it("takes all parameters", () => {
    const { told, agentParameters } = load({
      "etc/agent.yml": [
        "groups: []",
        "display_name: ''",
        "process_name: opsbro",
        "node-zone: internet",
        "proxy-node: false",
        "bootstrap: true",
        "port: '6769'",
        "encryption_key: NTdiN2NlNmE4NTViMTFlNA==",
        "master_key_priv: ''",
        "data: /var/lib/opsbro",
        "log_level: DEBUG",
        "metrology_topic_enabled: false",
      ].join("\n"),
    });
    expect(told).toEqual([]);
    expect(agentParameters).toEqual({
      groups: [],
      display_name: "",
      process_name: "opsbro",
      "node-zone": "internet",
      "proxy-node": false,
      bootstrap: true,
      port: 6769,
      encryption_key: "NTdiN2NlNmE4NTViMTFlNA==",
      master_key_priv: "",
      data: "/var/lib/opsbro",
      log_level: "DEBUG",
      metrology_topic_enabled: false,
    });
  });

  it.each([
    ["port: seven", 'etc/agent.yml:2:7: port: expected a whole number from 1 to 65535, found "seven"'],
    ["port: 0", "etc/agent.yml:2:7: port: expected a whole number from 1 to 65535, found 0"],
    ["port: '65536'", 'etc/agent.yml:2:7: port: expected a whole number from 1 to 65535, found "65536"'],
    ["bootstrap: yes", 'etc/agent.yml:2:12: bootstrap: expected true or false, found "yes"'],
    ["groups: web", 'etc/agent.yml:2:9: groups: expected a list, found "web"'],
    ["groups: [web, 7]", "etc/agent.yml:2:15: groups[1]: expected a text, found 7; put it in quotes"],
    ["display_name: 7", "etc/agent.yml:2:15: display_name: expected a text, found 7; put it in quotes"],
    [
      "log_level: LOUD",
      'etc/agent.yml:2:12: log_level: expected one of "ERROR", "WARNING", "INFO", "DEBUG", found "LOUD"',
    ],
    [
      "encryption_key: dGVzdA==",
      "etc/agent.yml:2:17: encryption_key: expected a key of 16 bytes in base64, found a value that is not shown",
    ],
  ])("loses only the wrong one of its parameters: %s", (line, problem) => {
    const { told, agentParameters, globals } = load({
      "etc/agent.yml": `seeds: [a]\n${line}\nproxy-node: true\n`,
    });
    expect(told).toEqual([`error ${problem}`]);
    expect(agentParameters).toEqual({ seeds: ["a"], "proxy-node": true });
    expect(globals).toEqual({});
  });

  it("has one of groups and tags", () => {
    const { told, agentParameters } = load({ "etc/agent.yml": "tags: [a]\ngroups: [b]\n" });
    expect(agentParameters).toEqual({ groups: ["b"] });
    expect(told).toEqual([
      expect.stringMatching(
        /^warning etc\/agent\.yml:1:1: tags: is another name of "groups", which stands at .*:2:1$/,
      ),
    ]);
  });

  it("keeps unknown keys as variables, and asks about those that look mistyped", () => {
    const { told, globals } = load({ "etc/agent.yml": "nagiosplugins: /x\ndetecter: { a: 1 }\n" });
    expect(globals).toEqual({ nagiosplugins: "/x", detecter: { a: 1 } });
    expect(told).toEqual([
      'warning etc/agent.yml:2:1: detecter: unknown, so it is kept as a global variable; did you mean "detector"?',
    ]);
  });
});

describe("other local files", () => {
  it.each([
    ["detecter: {}", 'local/x.yml:1:1: detecter: no kind of object and no module; did you mean "detector"?'],
    ["whatever: 1", "local/x.yml:1:1: whatever: no kind of object and no module"],
    [
      "display_name: x",
      "local/x.yml:1:1: display_name: a parameter of the agent, which belongs in the main file; it is not used here",
    ],
    ["check: 3", "local/x.yml:1:8: check: expected a mapping, found 3"],
    ["check:", "local/x.yml:1:7: check: expected a mapping, found nothing"],
    [
      "check:\n  - a: 1",
      "local/x.yml:2:3: check: expected a mapping, found a list; write each object as a document of its own, with --- between",
    ],
    ["statsd: on", 'local/x.yml:1:9: statsd: expected a mapping, found "on"'],
    ["- check: {}", "local/x.yml:1:1: expected a mapping with the object's kind as its key, found a list"],
    ["just text", `local/x.yml:1:1: expected a mapping with the object's kind as its key, found "just text"`],
    [
      "check: { a: 1 }\ncheck: { a: 2 }",
      'local/x.yml:2:1: check: duplicate key "check"; it stands already in line 1, column 1',
    ],
  ])("with %j lose only that", (text, line) => {
    const { told, objects } = load({ "local/x.yml": text, "local/y.yml": "check: { good: true }" });
    expect(told).toEqual([`error ${line}`]);
    expect(objects("check").map(({ id }) => id)).toContain("y");
  });

  it("lose an object, and not the others beside it", () => {
    const { told, objects } = load({
      "local/x.yml": "check: 3\nhandler: { type: mail }\n---\ncheck: { a: 1 }\n",
    });
    expect(told).toHaveLength(1);
    expect(objects("handler").map(({ id }) => id)).toEqual(["x"]);
    expect(objects("check").map(({ id }) => id)).toEqual(["x-2"]);
  });

  it("define a module once", () => {
    const { told, modules, root } = load({
      "etc/agent.yml": "dns: { port: 1 }",
      "etc/a.yml": "dns: { port: 2 }",
    });
    expect(modules.get("dns")?.file).toBe(`${root}/etc/agent.yml`);
    expect(told).toEqual(["error etc/a.yml:1:1: dns: it stands already in etc/agent.yml, which is used"]);
  });

  it("do not bring packs", () => {
    const { told, objects } = load({
      "local/redis/package.yml": "name: redis",
      "local/redis/monitoring/x.yml": "check: {}",
    });
    expect(objects("check")).toEqual([]);
    expect(told).toEqual([
      "warning local/redis: a pack stands among the local files and is not read; packs belong in local-configuration/packs",
    ]);
  });

  it("bring zones by their name", () => {
    const { objects } = load({ "etc/zones/a.yml": "zone: { name: internet, sub-zones: [lan] }" });
    expect(objects("zone").map(({ id, name }) => [id, name])).toEqual([["zones/a", "internet"]]);
  });
});
