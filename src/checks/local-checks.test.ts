import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { directoryOfTest, writeScript } from "../../test/support/temporary.ts";
import { until } from "../../test/support/until.ts";
import { loadPacks } from "../config/index.ts";
import type { Happening } from "../event/index.ts";
import type { Reading } from "../metric/reading.ts";
import { programsConfig } from "../programs/config.ts";
import { programsModule } from "../programs/index.ts";
import { checksConfig } from "./config.ts";
import { startLocalChecks } from "./local-checks.ts";

type Files = Readonly<Record<string, string>>;

/** Local checks over object files, with readings that the test sets. */
async function localChecks(files: Files, { home = directoryOfTest(), config = {}, groups = ["linux"] } = {}) {
  const context = testContext();
  for (const [name, text] of Object.entries(files)) {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const readings = new Map<string, Reading>();
  const told: Happening[] = [];
  const programs = await programsModule.start(programsConfig.parse({ paths: [home] }), {
    ...context,
    shippedPrograms: home,
  });
  const packs = loadPacks({ core: join(home, "core"), levels: home, objects: [join(home, "objects.d")] });
  const local = await startLocalChecks(
    checksConfig.parse(config),
    {
      ...context,
      ...{
        stateDirectory: home,
        hostname: "host1",
        packs,
        fixedGroups: groups,
        globals: { nagiosplugins: home },
      },
      readings: {
        of: (name) => readings.get(name),
        isSettled: (name) => readings.has(name) || name === "absent",
      },
      runOwn: (request) => programs.own(request),
      runLine: (request) => programs.ownLine(request),
      tell: (happening) => void told.push(happening),
      emitMetrics: () => {},
      host: {
        ...{
          clock: context.clock,
          root: "/",
          environment: () => undefined,
          zoneOf: () => "",
          countNodes: () => 1,
        },
        ...{ haveEventType: () => false, complianceState: () => "UNKNOWN", isHostingActive: () => false },
        run: (request) => programs.system(request),
      },
    },
    () => {},
  );
  const stop = async () => {
    await local.stop();
    await programs.stop();
  };
  onTestFinished(stop);
  const run = async (id: string) => {
    const report = await local.runNow(id);
    if (report === undefined)
      throw new Error(`no check ${id}; there are ${local.reports().map((one) => one.plan.id)}`);
    return `${report.state}: ${report.output}`;
  };
  return { local, readings, told, run, home, stop, lines: context.lines };
}

const cpu = `check:
    interval:          10s
    if_group:          linux

    ok_output:         "'OK: cpu is great: %s%%' % (100-{collector.cpustats.cpuall.%idle})"

    critical_if:       "{collector.cpustats.cpuall.%idle} < {configuration.thresholds.cpuidle.critical}"
    critical_output:   "'Critical: cpu is too high: %s%%' % (100-{collector.cpustats.cpuall.%idle})"

    warning_if:        "{collector.cpustats.cpuall.%idle} < {configuration.thresholds.cpuidle.warning}"
    warning_output:    "'Warning: cpu is very high: %s%%' % (100-{collector.cpustats.cpuall.%idle})"

    thresholds :
           cpuidle :
                warning: 5
                critical: 1
`;

describe("the cpu check of the README", () => {
  it.each([
    [42.5, "ok: OK: cpu is great: 57.5%"],
    [5, "ok: OK: cpu is great: 95%"],
    [4, "warning: Warning: cpu is very high: 96%"],
    [0.5, "critical: Critical: cpu is too high: 99.5%"],
  ])("with %s per cent idle", async (idle, expected) => {
    const { readings, run } = await localChecks({ "objects.d/cpu.yml": cpu });
    readings.set("cpustats", { cpuall: { "%idle": idle } });
    expect(await run("cpu")).toBe(expected);
  });

  it("waits for the collector, and is unknown when it has nothing", async () => {
    const waiting = await localChecks({ "objects.d/cpu.yml": cpu });
    expect(await waiting.run("cpu")).toBe("pending: ");
    const { run } = await localChecks({ "objects.d/cpu.yml": cpu.replaceAll("cpustats", "absent") });
    expect(await run("cpu")).toBe("unknown: critical_if: no data: collector.absent.cpuall.%idle");
  });
});

describe("program checks", () => {
  const mailq = `check:
    if_group: linux
    script:   "$nagiosplugins$/check_mailq -w $mailq.warning$ -c $mailq.critical$"
    interval: 60s

    mailq:
       warning: 1
       critical: 2
`;

  it("runs the README's mailq check with its macros", async () => {
    const home = directoryOfTest();
    writeScript(home, "check_mailq", 'echo "mailq $* | unsent=3;1;2"; exit 1');
    const { run, local } = await localChecks({ "objects.d/mailq.yml": mailq }, { home });
    expect(await run("mailq")).toBe("warning: mailq -w 1 -c 2");
    expect(local.reports()[0]).toMatchObject({ perfdata: "unsent=3;1;2" });
  });

  it.each([
    ["is not there", "script: /nowhere/check_x", "unknown: /bin/sh: 1: /nowhere/check_x: not found"],
    ["needs a shell", "script: check_x | wc", "unknown: the command line cannot be used: it holds a pipe"],
    ["may have a shell", "script: echo one | tr o 0\n  shell: true", "ok: 0ne"],
    ["takes too long", "script: sleep 20\n  deadline: 100ms", "unknown: no answer within 0.1 s"],
  ])("one that %s", async (_what, body, expected) => {
    const { run } = await localChecks({ "objects.d/x.yml": `check:\n  ${body}\n` });
    expect((await run("x")).slice(0, expected.length)).toBe(expected);
  });
});

describe("expressions of checks", () => {
  const ruleOf = (condition: string, more = "") =>
    `check:\n  critical_if: ${JSON.stringify(condition)}\n  critical_output: "'yes'"\n  ok_output: "'no'"\n${more}`;

  it.each([
    ["1 == 1", "critical: yes"],
    ["1 == 2", "ok: no"],
    ["is_in_group('linux')", "critical: yes"],
    ["is_in_group('windows')", "ok: no"],
    ["{{collector.absent.x}} == ''", "critical: yes"],
    ["{{collector.absent.x}} > 90", "unknown: critical_if: no data: collector.absent.x"],
    ["{{collector.absent.x||95}} > 90", "critical: yes"],
    ["'a' > 3", "unknown: critical_if: "],
    ["9**9**9", "unknown: critical_if: "],
    [`${"(".repeat(10_000)}1${")".repeat(10_000)}`, "unknown: "],
    ["''.__class__", "unknown: "],
    ["1 +", "unknown: "],
    ["nonsense(1)", "unknown: "],
  ])("%s", async (condition, expected) => {
    const { run, lines } = await localChecks({ "objects.d/x.yml": ruleOf(condition) });
    expect((await run("x")).slice(0, expected.length)).toBe(expected);
    expect(lines.join("\n")).not.toContain("failed");
  });

  it("tells where an expression is that cannot be read", async () => {
    const { lines } = await localChecks({ "objects.d/x.yml": ruleOf("1 +") });
    expect(lines.join("\n")).toMatch(/objects\.d\/x\.yml:2:3: check x: critical_if: .*column/);
  });

  it("has variables that may use those before them, and pack parameters", async () => {
    const { run } = await localChecks(
      {
        "core/demo/package.yml": "name: demo\n",
        "core/demo/parameters/parameters.yml": "limit: 7\n",
        "core/demo/monitoring/x.yml": ruleOf(
          "{{variables.double}} > {{parameters.limit}}",
          '  variables: { once: "{{collector.absent.x||4}}", double: "{{variables.once}} * 2" }\n',
        ),
      },
      {},
    );
    expect(await run("demo/x")).toBe("critical: yes");
  });

  it("fails as a whole when a variable fails", async () => {
    const { run } = await localChecks({ "objects.d/x.yml": ruleOf("1 == 1", '  variables: { a: "1/0" }\n') });
    expect(await run("x")).toMatch(/^unknown: variables\.a: /);
  });
});

describe("definitions that are wrong", () => {
  it("cost only themselves, and are told with their place", async () => {
    const { local, lines } = await localChecks({
      "objects.d/bad.yml": "check:\n  interval: soon\n",
      "objects.d/broken.yml": "check: {",
      "objects.d/good.yml": "check:\n  warning_if: 'False'\n",
      "objects.d/slip.yml": "check:\n  critcal_if: 'True'\n",
    });
    expect(local.reports().map(({ plan }) => plan.id)).toEqual(["good", "slip"]);
    expect(lines.join("\n")).toContain("bad.yml:2:13: check bad: check.interval: expected a duration");
    expect(lines.join("\n")).toContain('did you mean "critical_if"?');
  });

  it("name circles of dependencies", async () => {
    const on = (name: string) => `check:\n  warning_if: 'False'\n  depends_on: [${name}]\n`;
    const { lines } = await localChecks({ "objects.d/a.yml": on("b"), "objects.d/b.yml": on("a") });
    expect(lines.join("\n")).toContain("a → b → a");
  });
});

describe("detectors", () => {
  const detector = (condition: string, groups: string) =>
    `detector:\n  interval: 1s\n  apply_if: ${JSON.stringify(condition)}\n  groups: ${groups}\n`;

  it("give groups while their condition holds, with values in their names", async () => {
    const { local, readings, told } = await localChecks({
      "objects.d/redis.yml": detector(
        "{{collector.system.up}} == True",
        '["redis", "country::{{collector.system.at}}"]',
      ),
    });
    readings.set("system", { up: true, at: "FR" });
    await local.lookNow();
    expect(local.groups.all).toEqual(["country::FR", "linux", "redis"]);
    readings.set("system", { up: false, at: "FR" });
    await local.lookNow();
    expect(local.groups.all).toEqual(["linux"]);
    expect(told.filter(({ type }) => type === "group")).toHaveLength(4);
  });

  it("never take away what the configuration gave", async () => {
    const { local, readings } = await localChecks({
      "objects.d/x.yml": detector("{{collector.a.b}}", "[linux]"),
    });
    readings.set("a", { b: true });
    await local.lookNow();
    readings.set("a", { b: false });
    await local.lookNow();
    expect(local.groups.all).toEqual(["linux"]);
  });

  it("take a list, or a value with commas, as several groups, and nothing that nobody could type", async () => {
    const { local, readings } = await localChecks({
      "objects.d/x.yml": detector(
        "True",
        '["{{collector.a.tags}}", "{{collector.a.text}}", "{{collector.a.odd}}"]',
      ),
    });
    readings.set("a", { tags: ["web", "db"], text: "one, two", odd: "x\u0007y" });
    await local.lookNow();
    expect(local.groups.detected).toEqual(["db", "one", "two", "web"]);
  });

  it("lose their groups when they cannot be evaluated, and say why once", async () => {
    const { local, readings, lines } = await localChecks({
      "objects.d/x.yml": detector("{{collector.a.b}} > 1", "[x]"),
    });
    readings.set("a", { b: 2 });
    await local.lookNow();
    readings.set("a", { b: "text" });
    await local.lookNow();
    await local.lookNow();
    expect(local.groups.detected).toEqual([]);
    expect(lines.filter((line) => line.includes("cannot look"))).toHaveLength(1);
  });

  it("keep what they found over a restart, so that nobody is told of it again", async () => {
    const home = directoryOfTest();
    const files = { "objects.d/x.yml": detector("{{collector.a.b}}", "[x]") };
    const first = await localChecks(files, { home });
    first.readings.set("a", { b: true });
    await first.local.lookNow();
    await first.stop();
    const second = await localChecks(files, { home });
    expect(second.local.groups.detected).toEqual(["x"]);
    second.readings.set("a", { b: true });
    await second.local.lookNow();
    expect(second.told).toEqual([]);
  });
});

describe("services", () => {
  it("have the state of their check, and are there while the node is in their group", async () => {
    const { local, run } = await localChecks(
      {
        "objects.d/http.yml": `service:
  port: 80
  check:
    critical_if: "1 == 1"
    critical_output: "'port %s is closed' % {configuration.port}"
`,
      },
      { groups: ["http"] },
    );
    expect(await run("service:http")).toBe("critical: port 80 is closed");
    expect(local.services()).toMatchObject([{ name: "http", state: "critical", extra: { port: 80 } }]);
    local.groups.remove("http");
    expect([local.services(), local.reports()]).toEqual([[], []]);
  });
});

describe("what is kept", () => {
  it("is written soon after a change, and read again", async () => {
    const home = directoryOfTest();
    const files = { "objects.d/x.yml": 'check:\n  critical_if: "True"\n  critical_output: "\'bad\'"\n' };
    const first = await localChecks(files, { home });
    await first.run("x");
    const second = await until(async () => {
      const next = await localChecks(files, { home });
      return next.local.reports()[0]?.state === "critical" ? next : undefined;
    });
    await second.run("x");
    expect(second.told).toEqual([]);
  });

  it("is set aside when it cannot be read", async () => {
    const home = directoryOfTest();
    const { lines } = await localChecks({ "checks.json": "{half" }, { home });
    expect(lines.join("\n")).toContain("set aside");
  });

  it("loses only the entries that cannot be used", async () => {
    const home = directoryOfTest();
    const files = { "objects.d/x.yml": 'check:\n  critical_if: "True"\n' };
    const first = await localChecks(files, { home });
    await first.run("x");
    await first.stop();
    const path = join(home, "checks.json");
    const file = JSON.parse(readFileSync(path, "utf8"));
    file.checks.y = { standing: "odd" };
    file.quiet.push(3);
    writeFileSync(path, JSON.stringify(file));
    const second = await localChecks(files, { home });
    expect(second.local.reports()[0]?.state).toBe("critical");
    expect(second.lines.filter((line) => line.includes("dropped=2"))).toHaveLength(1);
  });
});

describe("checks that are defined at run time", () => {
  const own = {
    "objects.d/mine.yml": "check:\n  warning_if: 'False'\n",
    "objects.d/http.yml": "service:\n  if_group: '*'\n  check:\n    warning_if: 'False'\n",
  };
  const good = { critical_if: "1 == 1", critical_output: "'good'", interval: "1h" };

  it("keep the good definition when a new one is refused", async () => {
    const home = directoryOfTest();
    const first = await localChecks({}, { home });
    await first.local.define("check", "x", good);
    await expect(first.local.define("check", "x", { critical_if: "1 +" })).rejects.toThrow(
      `${home}/objects/check-x.json`,
    );
    await expect(first.local.define("check", "x", { ...good, depends_on: ["nobody"] })).rejects.toThrow(
      "nobody",
    );
    expect(await first.run("x")).toBe("critical: good");
    await first.stop();
    const second = await localChecks({}, { home });
    expect(await second.run("x")).toBe("critical: good");
    expect(second.local.reports()[0]?.plan.place).toContain("/objects/check-x.json:");
  });

  it.each([
    ["check", "mine"],
    ["check", "service:http"],
    ["service", "http"],
    ["check", "__proto__"],
  ] as const)("leave the operator's own alone: %s %s", async (kind, name) => {
    const { local } = await localChecks(own);
    const before = local.reports().map(({ plan }) => plan);
    await expect(local.define(kind, name, good)).rejects.toMatchObject({ code: "body.invalid" });
    if (name !== "__proto__")
      await expect(local.forget(kind, name)).rejects.toMatchObject({ code: "body.invalid" });
    expect(local.reports().map(({ plan }) => plan)).toEqual(before);
  });

  it("leave others as they are", async () => {
    const { local } = await localChecks({});
    await local.define("check", "x", good);
    const [before] = local.reports();
    await Promise.all([local.define("check", "y", good), local.define("check", "z", good)]);
    await local.forget("check", "y");
    const [x, z] = local.reports();
    expect(x?.plan).toBe(before?.plan);
    expect(z?.plan.id).toBe("z");
  });

  it("stand on those of files", async () => {
    const { local } = await localChecks({ "objects.d/router.yml": "check:\n  passive: true\n" });
    await local.define("check", "site", { passive: true, depends_on: ["router"] });
    const bad = { state: "critical", output: "", perfdata: "" } as const;
    await local.submit("router", bad);
    await local.submit("site", bad);
    expect(local.reports().map(({ held }) => held)).toEqual([undefined, "dependency"]);
  });
});

describe("bounds", () => {
  it("leave out a group whose value is missing, and more than a hundred", async () => {
    const { local, readings } = await localChecks({
      "objects.d/x.yml":
        'detector:\n  apply_if: "True"\n  groups: ["country::{{collector.absent.at}}", "{{collector.a.many}}"]\n',
    });
    readings.set("a", { many: Array.from({ length: 300 }, (_, place) => `g${place}`) });
    await local.lookNow();
    expect(local.groups.detected).toHaveLength(100);
    expect(local.groups.detected.join()).not.toContain("country");
  });

  it("refuse limits of flapping that cannot be, and leave a switched off check of a service alone", async () => {
    const { local, lines } = await localChecks({
      "objects.d/x.yml": "check:\n  flapping: { low: 40, high: 30 }\n",
      "objects.d/y.yml": "service:\n  if_group: '*'\n  check: { enabled: false, critical_if: 'True' }\n",
    });
    expect(local.reports()).toEqual([]);
    expect(lines.join("\n")).toContain("expected at most `high`");
    expect(local.services()).toMatchObject([{ name: "y", state: "ok" }]);
  });
});

describe.runIf(process.getuid?.() === 0)("the user of a check", () => {
  it("is the one that the check names", async () => {
    const { run } = await localChecks({
      "objects.d/a.json": '{"check": {"script": "/usr/bin/id -un", "user": "nobody"}}',
      "objects.d/b.json": '{"check": {"script": "id -un | tr a-z A-Z", "shell": true, "user": "nobody"}}',
      "objects.d/c.json": '{"check": {"script": "/usr/bin/id -un"}}',
    });
    expect([await run("a"), await run("b"), await run("c")]).toEqual([
      "ok: nobody",
      "ok: NOBODY",
      "ok: root",
    ]);
  });

  it("has to exist, or the check says so", async () => {
    const { run } = await localChecks({
      "objects.d/a.json": '{"check": {"script": "/usr/bin/id", "user": "no-such-user"}}',
    });
    expect(await run("a")).toBe("unknown: cannot run programs as no-such-user: there is no such user");
  });
});
