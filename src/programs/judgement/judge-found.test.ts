// Which file is judged by its name, in real directories.
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import { directoryOfTest, writeScript } from "../../../test/support/temporary.ts";
import { type Programs, programsModule } from "../index.ts";

async function start(settings: Record<string, unknown>): Promise<Programs> {
  const config = programsModule.config.parse(settings);
  const programs = await programsModule.start(config, {
    ...testContext(),
    shippedPrograms: join(import.meta.dirname, "../../../plugins"),
  });
  onTestFinished(() => programs.stop());
  return programs;
}

it("is a program of a directory for plugins, or one that the package brings", async () => {
  const directory = directoryOfTest();
  writeScript(directory, "check_load", "exit 0");
  const programs = await start({ paths: [directory] });
  const judge = (name: string, option: string) => programs.judge({ name, option });
  expect(judge("check_load", "-w 1")).toEqual({ kind: "harmless", path: `${directory}/check_load` });
  expect(judge("check_load", "-n 1")).toMatchObject({ kind: "told" });
  expect(judge("check_load", "-w $(id)")).toMatchObject({ kind: "told" });
  expect(judge("check_host_load", "-w 1")).toMatchObject({ kind: "harmless" });
  expect(judge("check_disk", "-w 1")).toMatchObject({ kind: "unknown", path: `${directory}/check_disk` });
  expect(judge("../check_load", "")).toMatchObject({ kind: "unknown" });
});

it.each(["/usr/bin", "/bin", "/usr/local/bin", "/usr/bin/", "/usr/local/../bin"])(
  "is none of %s, whatever its name",
  async (path) => {
    const programs = await start({ paths: [path] });
    expect(programs.judge({ name: "id", option: "" })).toMatchObject({ kind: "unknown" });
  },
);

it("is none that stands for a program of the system", async () => {
  const directory = directoryOfTest();
  symlinkSync("/usr/bin/env", join(directory, "check_load"));
  mkdirSync(join(directory, "more"));
  symlinkSync("/usr/bin", join(directory, "bin"));
  writeScript(join(directory, "more"), "real", "exit 0");
  symlinkSync(join(directory, "more", "real"), join(directory, "check_users"));
  const programs = await start({ paths: [directory, join(directory, "bin")] });
  expect(programs.judge({ name: "check_load", option: "" })).toMatchObject({ kind: "unknown" });
  expect(programs.judge({ name: "id", option: "" })).toMatchObject({ kind: "unknown" });
  expect(programs.judge({ name: "check_users", option: "" })).toMatchObject({ kind: "harmless" });
});

it("is nothing that others may write", async () => {
  const directory = directoryOfTest();
  writeScript(directory, "check_load", "exit 0", 0o777);
  const programs = await start({ paths: [directory] });
  expect(programs.judge({ name: "check_load", option: "" })).toMatchObject({ kind: "unknown" });
});

it("does anything where there is a shell", async () => {
  const directory = directoryOfTest();
  writeScript(directory, "check_load", 'printf "[%s]" "$@"');
  const programs = await start({ paths: [directory], shell: true });
  expect(programs.judge({ name: "check_load", option: "" })).toMatchObject({ kind: "told" });
  const words = ["a b", "$(id)"];
  expect((await programs.check({ name: "check_load", option: "x", words })).stdout).toBe("[a b][$(id)]");
});

it("runs the words that it was judged by, and no other file", async () => {
  const [first, second] = [directoryOfTest(), directoryOfTest()];
  writeScript(second, "check_tcp", 'printf "[%s]" "$@"');
  const programs = await start({ paths: [first, second] });
  const request = { name: "check_tcp", option: "-H host.example -p 22" };
  const judged = programs.judge(request);
  if (judged.kind !== "connects") throw new Error(judged.kind);
  const run = { ...request, words: judged.pin(() => "192.0.2.1"), path: judged.path };
  expect(await programs.check(run)).toMatchObject({
    command: `${second}/check_tcp -H host.example -p 22`,
    stdout: "[-H][192.0.2.1][-p][22]",
  });
  writeScript(first, "check_tcp", "echo another");
  expect(await programs.check(run)).toMatchObject({ status: 126, stdout: "" });
});

it("looks for plugins where nothing else lies, unless it is told", () => {
  expect(programsModule.config.parse({}).paths).not.toContain("/usr/local/bin");
});
