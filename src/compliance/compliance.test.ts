// Whole objects: conditions, environments, order of rules, who may act, what is told, and what is given up.
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { until } from "../../test/support/until.ts";
import { complianceOn, type Files, snapshot } from "./compliance.fixture.ts";

const rule = (permissions: string, more = "") =>
  `{ type: file-rights, parameters: { file: /srv/f, permissions: ${permissions} }${more} }`;
const object = (name: string, keys: string) => `compliance:\n  name: ${name}\n${keys.replace(/^/gm, "  ")}\n`;
const basic = (more: string, { mode = "enforcing", verify = '"True"' } = {}) =>
  object("f", `mode: ${mode}\nverify_if: ${verify}\n${more}`);
const file = { "host/srv/f": "" };

async function host(text: string, options: Parameters<typeof complianceOn>[1] = {}, files: Files = {}) {
  const home = options.home ?? directoryOfTest();
  const on = await complianceOn({ ...file, "objects.d/f.yml": text, ...files }, { ...options, home });
  chmodSync(on.inHost("srv/f"), 0o777);
  const mode = () => (statSync(on.inHost("srv/f")).mode & 0o777).toString(8);
  return { ...on, mode };
}

describe("eligibility", () => {
  it.each([
    ['"1 == 2"', "NOT-ELIGIBLE", []],
    ["false", "NOT-ELIGIBLE", []],
    ["true", "FIXED", undefined],
    ['"1 / 0"', "UNKNOWN", [expect.stringMatching(/^ERROR verify_if: .*zero/)]],
  ])("verify_if: %s comes to %s", async (verify, state, lines) => {
    const { compliance } = await host(basic(`rule: ${rule("644")}`, { verify }), { beats: true });
    const report = await until(() => compliance.reports().find(({ last_run }) => last_run > 0));
    expect(report.state).toBe(state);
    if (lines !== undefined) expect(report.infos.map((info) => `${info.state} ${info.text}`)).toEqual(lines);
  });

  it("is not asked when somebody launches", async () => {
    const { launch, mode } = await host(basic(`rule: ${rule("644")}`, { verify: '"False"' }));
    expect((await launch("f")).state).toBe("FIXED");
    expect(mode()).toBe("644");
  });

  it("is not said while a collector may still run", async () => {
    let early = true;
    const { compliance, told } = await host(basic(`rule: ${rule("644")}`, { verify: `"'early' != ''"` }), {
      early: () => early,
      beats: true,
    });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect([compliance.stateOf("f"), compliance.settled(), told]).toEqual(["PENDING", false, []]);
    early = false;
    await until(() => compliance.stateOf("f") === "FIXED");
    expect(compliance.settled()).toBe(true);
  });
});

describe("rules", () => {
  it("go in order, up to the first that fails", async () => {
    const missing = "{ type: file-rights, parameters: { file: /srv/none, permissions: 644 } }";
    const { launch, mode, told } = await host(
      basic(`rules:\n  - ${rule("644", ", name: first")}\n  - ${missing}\n  - ${rule("600")}`),
    );
    const report = await launch("f");
    expect(report.state).toBe("ERROR");
    expect(report.rules.map(({ name, state, old_state }) => [name, state, old_state])).toEqual([
      ["first", "FIXED", "PENDING"],
      ["step 2", "ERROR", "PENDING"],
      ["step 3", "UNKNOWN", "PENDING"],
    ]);
    expect(mode()).toBe("644");
    expect(told.map(({ rule: name, state, notable }) => [name, state, notable])).toEqual([
      ["first", "FIXED", true],
      ["step 2", "ERROR", true],
      ["step 3", "UNKNOWN", false],
    ]);
  });

  it("take two turns to be compliant, and tell a change once", async () => {
    const { launch, compliance, told, inHost } = await host(basic(`rule: ${rule("644")}`));
    for (const state of ["FIXED", "COMPLIANT", "COMPLIANT"]) expect((await launch("f")).state).toBe(state);
    expect(compliance.reports()[0]).toMatchObject({ state: "COMPLIANT", old_state: "FIXED" });
    writeFileSync(inHost("srv/g"), "");
    expect(told.map(({ oldState, state }) => `${oldState} → ${state}`)).toEqual([
      "PENDING → FIXED",
      "FIXED → COMPLIANT",
    ]);
  });

  it("use the first environment that fits, with its variables, its parameters and its commands", async () => {
    const environments = `rule:
  type: file-rights
  variables: { a: "'x'", b: "{{variables.a}} + 'y'" }
  parameters: { file: /srv/f, permissions: 600 }
  post_commands: "echo rule > HOME/out"
  environments:
    - { name: no, if: "{{variables.b}} == 'x'", parameters: { file: /srv/f, permissions: 400 } }
    - { name: yes, if: "{{variables.b}} == 'xy'", post_commands: ["echo environment > HOME/out", "echo more >> HOME/out"] }
    - { name: late, parameters: { file: /srv/f, permissions: 500 } }`;
    const home = directoryOfTest();
    const { launch, mode } = await host(basic(environments.replaceAll("HOME", home)), { home });
    const report = await launch("f");
    expect([report.state, mode()]).toEqual(["FIXED", "600"]);
    expect(readFileSync(join(home, "out"), "utf8")).toBe("environment\nmore\n");
    // Commands run after a fix and not otherwise.
    writeFileSync(join(home, "out"), "");
    expect((await launch("f")).state).toBe("COMPLIANT");
    expect(readFileSync(join(home, "out"), "utf8")).toBe("");
  });

  it("of which no environment fits ask for nothing", async () => {
    const { launch, mode } = await host(
      basic(
        `rule: { type: file-rights, environments: [{ if: "False", parameters: { file: /srv/f, permissions: 644 } }] }`,
      ),
    );
    const report = await launch("f");
    expect([report.state, report.lines]).toEqual([
      "UNKNOWN",
      ["SUCCESS no environment fits this host: nothing to do"],
    ]);
    expect(mode()).toBe("777");
  });

  it.each([
    ["a variable that fails", `, variables: { v: "1 / 0" }`, /^ERROR variables\.v: /],
    [
      "a command that fails",
      ", post_commands: ['echo oh; exit 3', 'echo never']",
      /^ERROR echo oh; exit 3: ended with 3: oh$/,
    ],
    [
      "a command that is not there",
      ", post_commands: [/no/such]",
      /^ERROR \/no\/such: ended with 127: .*not found/,
    ],
  ])("fail over %s", async (_name, more, line) => {
    const { launch } = await host(basic(`rule: ${rule("644", more)}`));
    const report = await launch("f");
    expect([report.state, report.lines.at(-1)]).toEqual(["ERROR", expect.stringMatching(line)]);
  });

  it("fail over a command that takes too long", async () => {
    const { launch } = await host(basic(`rule: ${rule("644", ", post_commands: ['sleep 60']")}`), {
      config: { deadline: "300ms" },
    });
    const report = await launch("f");
    expect([report.state, report.lines.at(-1)]).toEqual([
      "ERROR",
      expect.stringMatching(/not done within 0.3 s|sleep 60: was not done in time/),
    ]);
  });
});

describe("a pack's object", () => {
  const pack = {
    "core/p/package.yml": "name: p\n",
    "core/p/compliance/f.yml": basic(`rule: ${rule("644", ", post_commands: ['echo x > HOME/out']")}`),
    "core/p/installors/i.yml":
      "installor: { name: i, if: 'True', environments: [{ packages: [yagura-not-installed] }] }\n",
  };
  const inPack = async (config: object) => {
    const home = directoryOfTest();
    const files = Object.fromEntries(
      Object.entries(pack).map(([name, text]) => [name, text.replaceAll("HOME", home)]),
    );
    const dpkg = { "host/var/lib/dpkg/status": "" };
    const on = await complianceOn({ ...file, ...files, ...dpkg }, { home, config });
    chmodSync(on.inHost("srv/f"), 0o777);
    return { ...on, home };
  };

  it.each([{}, { enforce: false }, { enforce: [] }, { enforce: ["other"] }])(
    "only looks with %j, and says why",
    async (config) => {
      const { launch, home, commands } = await inPack(config);
      const before = snapshot(home);
      for (const name of ["f", "i"]) {
        const report = await launch(name);
        expect(report).toMatchObject({ state: "ERROR", mode: "enforcing", enforced: false, pack_name: "p" });
        expect(report.lines).toHaveLength(2);
        expect(report.lines[1]).toBe(
          `ERROR nothing was done: the pack p may not change this host; compliance.enforce: ["p/${name}"] lets this ${name === "i" ? "installer" : "compliance"} do so`,
        );
      }
      expect(commands).toEqual([]);
      expect(snapshot(home)).toEqual(before);
    },
  );

  it.each([{ enforce: true }, { enforce: ["f"] }, { enforce: ["p/f"] }])("acts with %j", async (config) => {
    const { launch, home } = await inPack(config);
    expect((await launch("f")).state).toBe("FIXED");
    expect(existsSync(join(home, "out"))).toBe(true);
  });
});

describe("objects of two packs with one name", () => {
  const files = {
    ...file,
    "core/p/package.yml": "name: p\n",
    "core/p/compliance/f.yml": basic(`rule: ${rule("644")}`),
    "core/q/package.yml": "name: q\n",
    "core/q/compliance/f.yml": basic(`rule: ${rule("600")}`),
    // Named like the other's id.
    "core/q/compliance/g.yml": object("p/f", `mode: enforcing\nverify_if: "True"\nrule: ${rule("400")}`),
  };
  it.each<[string, string[]]>([
    ["f", []],
    ["p/f", ["p/f"]],
    ["q/f", ["q/f"]],
  ])("enforce: [%s] lets %j act", async (entry, expected) => {
    const { compliance, lines } = await complianceOn(files, { config: { enforce: [entry] } });
    const acting = compliance.reports().filter(({ enforced }) => enforced);
    expect(compliance.reports()).toHaveLength(3);
    expect(acting.map(({ id }) => id)).toEqual(expected);
    expect(lines.join("").includes("is the name of p/f and of q/f")).toBe(expected.length === 0);
  });
});

describe("what cannot be used costs only itself", () => {
  const good = object("good", `mode: audit\nverify_if: "True"\nrule: ${rule("777")}`);
  it.each<[string, string, RegExp]>([
    [
      "another mode",
      basic(`rule: ${rule("644")}`, { mode: "sometimes" }),
      /bad\.yml:3:9: compliance bad: compliance\.mode: /,
    ],
    ["no mode", object("f", `rule: ${rule("644")}`), /compliance\.mode: /],
    ["no rule", object("f", "mode: audit"), /expected either rule or rules/],
    ["both", basic(`rule: ${rule("644")}\nrules: [${rule("644")}]`), /expected either rule or rules/],
    [
      "another type",
      basic("rule: { type: telepathy }"),
      /bad\.yml:5:11: compliance bad: rule\.type: expected one of file-rights, /,
    ],
    [
      "an expression",
      basic(`rule: ${rule("644")}`, { verify: '"1 +"' }),
      /bad\.yml:4:3: compliance bad: verify_if: /,
    ],
    ["an unknown variable", basic(`rule: ${rule("644")}`, { verify: '"{{variables.v}}"' }), /verify_if: /],
    [
      "an unknown parameter",
      basic(`rule: { type: file-rights, parameters: { file: /x, mode: 644 } }`),
      /rule\.parameters\.mode: unknown key/,
    ],
    ["no parameters", basic("rule: { type: file-rights }"), /rule\.parameters\.file: /],
    ["a slip in a key", basic(`rule: ${rule("644")}\nverfy_if: x`), /did you mean "verify_if"/],
    ["no mapping", "compliance: 3\n", /expected a mapping/],
    [
      "an installer without packages",
      "installor: { if: 'True', environments: [{ name: x }] }\n",
      /environments\[0\]\.packages: /,
    ],
    [
      "an installer with an option",
      "installer: { if: 'True', environments: [{ packages: [-y] }] }\n",
      /environments\[0\]\.packages/,
    ],
  ])("%s", async (_name, text, line) => {
    const home = directoryOfTest();
    const { compliance, launch, lines, unread } = await complianceOn(
      { ...file, "objects.d/bad.yml": text, "objects.d/good.yml": good },
      { home },
    );
    expect(compliance.reports().map(({ name }) => name)).toEqual(["good"]);
    expect([...lines, ...unread].join("\n")).toMatch(line);
    expect((await launch("good")).rules).toHaveLength(1);
  });
});

describe("the module", () => {
  it("tells in the older system's shape", async () => {
    const { launch } = await host(basic(`notes: why\ninterval: 60s\nrule: ${rule("644", ", name: r")}`));
    const { lines: _, ...report } = await launch("f");
    expect(report).toEqual({
      ...{ name: "f", id: "f", kind: "compliance", state: "FIXED", old_state: "PENDING", mode: "enforcing" },
      ...{ enforced: true, pack_level: "local", pack_name: "", is_running: false, current_step: "" },
      ...{ notes: "why", interval: 60, last_run: expect.any(Number) },
      place: expect.stringMatching(/objects\.d\/f\.yml:2:3$/),
      infos: [
        { state: "ERROR", text: "/srv/f: the permissions are 777, and 644 is wanted" },
        { state: "FIX", text: "/srv/f: the permissions are now 644" },
      ],
      rules: [
        {
          ...{ name: "r", type: "file-rights", state: "FIXED", old_state: "PENDING", mode: "enforcing" },
          ...{ compliance_name: "f", pack_name: "", pack_level: "local", infos: expect.any(Array) },
        },
      ],
    });
  });

  it("knows the state of an object and of a rule, and launches nothing that is not there", async () => {
    const { compliance, launch } = await host(basic(`rule: ${rule("644", ", name: r")}`));
    expect(compliance.stateOf("f")).toBe("PENDING");
    await launch("f");
    expect([compliance.stateOf("f"), compliance.stateOf("r"), compliance.stateOf("x")]).toEqual([
      "FIXED",
      "FIXED",
      "UNKNOWN",
    ]);
    expect(compliance.counts()).toMatchObject({ FIXED: 1, PENDING: 0, ERROR: 0 });
    expect(await compliance.launch("x")).toBeUndefined();
  });

  it("looks again on the object's own beat", async () => {
    const { inHost, mode } = await host(basic(`interval: 300ms\nrule: ${rule("644")}`), { beats: true });
    await until(() => mode() === "644");
    chmodSync(inHost("srv/f"), 0o666);
    await until(() => mode() === "644");
  });

  it("tries less and less often what it cannot mend", async () => {
    const { compliance, commands } = await host(
      basic("interval: 100ms\nrule: { type: system-user, parameters: { name: app, uid: 0 } }"),
      { beats: true },
    );
    const beganMs = Date.now();
    await until(() => compliance.stateOf("f") === "ERROR");
    await until(() => Date.now() - beganMs > 2000);
    // After 200, 400 and 800 ms; every 100 ms it would be some fifteen.
    const tried = commands.filter((command) => command.startsWith("useradd")).length;
    expect(tried).toBeGreaterThan(1);
    expect(tried).toBeLessThan(6);
  });

  it("does nothing at all when it is switched off, and leaves out what is", async () => {
    const off = await host(basic(`rule: ${rule("644")}`), { config: { enabled: false } });
    expect([off.compliance.reports(), off.compliance.settled()]).toEqual([[], true]);
    const one = await host(basic(`enabled: false\nrule: ${rule("644")}`));
    expect(one.compliance.reports()).toEqual([]);
  });

  it("stops at once, twice, in the middle of something that takes long, and says nothing more", async () => {
    const { compliance, stop, told } = await host(
      basic(`rule: ${rule("644", ", post_commands: ['sleep 60']")}`),
    );
    void compliance.launch("f");
    await until(() => compliance.reports()[0]?.is_running);
    expect(compliance.reports()[0]?.current_step).toBe("f");
    const beganMs = Date.now();
    await stop();
    await stop();
    expect(Date.now() - beganMs).toBeLessThan(20_000);
    expect(told).toEqual([]);
  });

  it("is not held up by two objects that hang, once their time is over", async () => {
    const hanging = ["a", "b"].map((name) =>
      object(
        name,
        `mode: enforcing\nverify_if: "True"\nrule: ${rule("640", ", post_commands: ['trap \"\" TERM; sleep 5']")}`,
      ),
    );
    const good = object("good", `mode: audit\nverify_if: "True"\nrule: ${rule("777")}`);
    const { compliance, inHost } = await complianceOn(
      { ...file, "objects.d/x.yml": [...hanging, good].join("---\n") },
      { config: { deadline: "500ms" }, beats: true },
    );
    chmodSync(inHost("srv/f"), 0o777);
    await until(() => compliance.settled());
    expect(compliance.stateOf("good")).toMatch(/^(COMPLIANT|ERROR)$/);
  });
});
