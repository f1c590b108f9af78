// Programs as other users. Only root can change users; others are refused, which is looked at too.
import { chmodSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { directoryOfTest, writeScript } from "../../test/support/temporary.ts";
import { type Programs, programsModule } from "./index.ts";
import { ProgramUsers } from "./program-users.ts";

const isRoot = process.getuid?.() === 0;

async function start(settings: Record<string, unknown> = {}): Promise<Programs> {
  const directory = directoryOfTest();
  chmodSync(directory, 0o755);
  writeScript(directory, "who", 'echo "$(id -un) $(id -gn) $(id -Gn) $HOME $USER $SITE"');
  writeScript(directory, "secret", "cat /etc/shadow");
  const config = programsModule.config.parse({ paths: [directory], deadline: "5s", ...settings });
  const programs = await programsModule.start(config, { ...testContext(), shippedPrograms: "/nonexistent" });
  onTestFinished(() => programs.stop());
  return programs;
}

const nobody = "nobody nogroup nogroup /nonexistent nobody";

describe.runIf(isRoot)("as root", () => {
  it("each run has the user it asks for, with his groups, HOME and USER", async () => {
    const programs = await start({ environment: { SITE: "tokyo" } });
    const who = async (user?: string) =>
      (await programs.check({ name: "who", option: "", ...(user !== undefined && { user }) })).stdout.trim();
    expect(await who("nobody")).toBe(`${nobody} tokyo`);
    expect(await who("daemon")).toBe("daemon daemon daemon /usr/sbin daemon tokyo");
    expect(await who()).toMatch(/^root root .*tokyo$/);
    expect((await programs.ownLine({ line: "id -un", user: "nobody" })).stdout).toBe("nobody\n");
    expect(await programs.check({ name: "secret", option: "", user: "nobody" })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("Permission denied"),
    });
  });

  it("all run as programs.user, and nobody gets another but one of programs.users", async () => {
    const programs = await start({ user: "nobody", users: ["daemon"] });
    const who = (user?: string) =>
      programs.system({ name: "id", option: "-un", ...(user !== undefined && { user }) });
    expect((await who()).stdout).toBe("nobody\n");
    expect((await who("nobody")).stdout).toBe("nobody\n");
    expect((await who("daemon")).stdout).toBe("daemon\n");
    for (const user of ["root", "bin", "0", "65534", "no-such-user"])
      await expect(who(user), user).rejects.toMatchObject({ code: "program.user" });
  });

  it("a user who does not exist is refused, when it is asked for or at the start", async () => {
    const programs = await start();
    for (const user of ["no-such-user", "0", "-x", "", "--help", "a:b", "root\nnobody"])
      await expect(programs.system({ name: "id", option: "", user }), user).rejects.toMatchObject({
        code: "program.user",
      });
    await expect(start({ user: "no-such-user" })).rejects.toMatchObject({ code: "program.user" });
  });

  it("a user is looked up once", async () => {
    const users = new ProgramUsers({ users: [], isRoot });
    const [first, again] = await Promise.all([users.find("nobody"), users.find("nobody")]);
    expect(again).toBe(first);
    expect(await users.find("nobody")).toBe(first);
    expect(first).toMatchObject({ name: "nobody", home: "/nonexistent" });
  });
});

it("an agent that is not root runs programs as nobody else", async () => {
  const users = new ProgramUsers({ users: [], isRoot: false });
  await expect(users.find("nobody")).rejects.toMatchObject({
    message: "cannot run programs as nobody: the agent does not run as root",
  });
});
