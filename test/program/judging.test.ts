// A host that judges itself, seen through the program's own command line (contract opsbro §13.2).
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { answering, freePort, run, start } from "../support/program.ts";
import { directoryOfTest } from "../support/temporary.ts";

const objects = `check:
  name: always
  interval: 1s
  critical_if: "1 == 1"
  critical_output: "'it is what it is'"
---
check:
  name: backup
  passive: true
`;

/** An agent of its own with some objects, started with a configuration directory of opsbro; and its command line. */
async function host() {
  const home = directoryOfTest();
  const settings = join(home, "etc");
  mkdirSync(settings);
  mkdirSync(join(home, "objects.d"));
  writeFileSync(join(home, "objects.d/own.yml"), objects);
  writeFileSync(join(settings, "agent.yml"), 'display_name: ""\ngroups: [first]\n');
  const port = await freePort();
  writeFileSync(
    join(home, "yagura.yaml"),
    `api: { listen: "127.0.0.1:${port}" }\ninputs: { collectors: { every: 1s } }\n`,
  );
  const daemon = start(["daemon", "--home", home, "--cfg-dir", settings]);
  await answering(port, daemon);
  const yagura = (...argv: string[]) => run([...argv, "--home", home]);
  const text = async (...argv: string[]) => (await yagura(...argv)).stdout;
  return { home, settings, daemon, yagura, text };
}

it("is judged, silenced, grouped and stopped by commands", { timeout: 120_000 }, async () => {
  const { settings, daemon, yagura, text } = await host();
  const submitted = await yagura("checks", "submit", "own-2", "warning", "half done");
  expect(submitted).toMatchObject({ exit: 0 });
  expect(await yagura("agent", "wait-initialized", "--timeout", "60")).toMatchObject({
    exit: 0,
    stdout: "ok\n",
  });

  expect(await yagura("detectors", "wait-group", "linux")).toMatchObject({ exit: 0 });
  expect(await text("detectors", "state")).toMatch(/^linux$/m);
  expect(await text("detectors", "list")).toMatch(/^system +os +yes +/m);
  expect(await text("detectors", "run", "os")).toMatch(/^os +yes +linux/m);
  expect(await text("detectors", "history")).toMatch(/group-add +linux$/m);

  const state = await text("monitoring", "state");
  expect(state).toMatch(/^ {2}CRITICAL +always +it is what it is$/m);
  expect(state).toMatch(/^ {2}WARNING +backup +half done$/m);
  expect(await text("monitoring", "history")).toMatch(/always.*pending → critical +it is what it is$/m);
  expect(await yagura("monitoring", "wait-ok", "linux/memory")).toMatchObject({ exit: 0 });
  expect(await yagura("monitoring", "wait-ok", "always", "--timeout", "1")).toMatchObject({ exit: 2 });
  expect(await yagura("checks", "run", "own")).toMatchObject({
    exit: 2,
    stdout: "CRITICAL: it is what it is\n",
  });

  const added = await text("downtimes", "add", "own*", "--for", "2h", "--comment", "moving");
  const id = added.split(":")[0] ?? "";
  expect(await text("downtimes", "list")).toMatch(new RegExp(`^${id} +downtime +own\\* .*moving$`, "m"));
  expect(await yagura("downtimes", "remove", id)).toMatchObject({ exit: 0 });
  expect(await yagura("downtimes", "remove", id)).toMatchObject({ exit: 1 });

  const result = async (expression: string) =>
    (await text("evaluator", "eval", expression)).trimEnd().split("\n").at(-1);
  expect(await result("is_in_group('linux')")).toBe("True");
  expect(await result("has_package('no-such-package')")).toBe("False");
  expect(await yagura("evaluator", "wait-eval-true", "{{collector.memory.phys_used}} > 0")).toMatchObject({
    exit: 0,
  });
  expect(await text("evaluator", "list", "--details")).toMatch(/^ {2}is_in_group\(/m);

  expect(await yagura("collectors", "wait-ok", "memory")).toMatchObject({ exit: 0 });
  expect(await text("collectors", "history")).toMatch(/memory +PENDING → OK$/m);
  expect(await text("compliance", "state")).toMatch(/passwd is root\/644 {2}\(audit; pack linux\)$/m);
  expect(await text("compliance", "launch", "passwd is root/644")).toMatch(/^COMPLIANT/);
  expect(await text("compliance", "history")).toMatch(/passwd is root\/644/);
  expect((await yagura("handlers", "state")).stderr).toMatch(/nobody is told/);
  expect(await text("dashboards", "list")).toMatch(/^linux +Linux +linux +core$/m);
  expect(await text("dashboards", "show", "linux")).toMatch(
    /^Linux\n\nProcessors +Memory +Root file system\n\[/,
  );
  expect(await text("api", "list")).toMatch(/^POST +\/checks\/run +operate +protected +/m);

  const groups = async () => /^ {2}groups +(.*)$/m.exec(await text("agent", "info"))?.[1]?.split(", ") ?? [];
  expect(await groups()).toContain("first");
  await yagura("agent", "parameters", "add", "groups", "second", "--cfg-dir", settings);
  await yagura("agent", "parameters", "remove", "groups", "first", "--cfg-dir", settings);
  expect(readFileSync(join(settings, "agent.yml"), "utf8")).toMatch(/^groups: \[\s?second\s?\]$/m);
  expect(await groups()).toContain("second");
  expect(await groups()).not.toContain("first");

  expect(await text("agent", "print", "uuid")).toMatch(/^[0-9a-f]{40}\n$/);
  expect(await yagura("agent", "stop")).toMatchObject({ exit: 0, stdout: "OK\n" });
  expect((await daemon.finished).exit).toBe(0);
  expect(await yagura("agent", "info")).toMatchObject({ exit: 1 });
});

it("completes and lists what there is", async () => {
  expect((await run(["complete", "--", "agent", "inf"])).stdout).toMatch(/^info\t/);
  const partial = await run(["packs", "parameters"]);
  expect(partial).toMatchObject({ exit: 2, stderr: "" });
  expect(partial.stdout).toMatch(/^ {2}get .*\n(.*\n)* {2}set /m);
  expect((await run(["packs", "list", "--home", directoryOfTest()])).stdout).toMatch(
    /^hypervisor +core +counts/m,
  );
});
