// names install and names remove: links to the program, and nobody else's file is touched.
import { mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../../../test/support/cli.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { olderNames } from "../called-names.ts";

function installed() {
  const root = directoryOfTest();
  const [lib, bin] = [join(root, "lib/yagura/1"), join(root, "bin")];
  mkdirSync(join(lib, "dist"), { recursive: true });
  mkdirSync(bin);
  writeFileSync(join(lib, "package.json"), '{"name":"yagura"}');
  const mainFile = join(lib, "dist/main.js");
  writeFileSync(mainFile, "");
  symlinkSync("../lib/yagura/1/dist/main.js", join(bin, "yagura"));
  const called = { calledPath: join(bin, "yagura"), mainFile };
  const names = (...argv: string[]) => run(["names", ...argv], called);
  return { root, bin, mainFile, names };
}

describe("names install", () => {
  it("lays links beside the program that follow it, also twice", async () => {
    const { bin, names } = installed();
    for (let round = 0; round < 2; round += 1) {
      expect(await names("install", bin)).toMatchObject({ exit: 0, stderr: "" });
      expect(readdirSync(bin).sort()).toEqual([...olderNames, "yagura"].sort());
      for (const name of olderNames) expect(readlinkSync(join(bin, name))).toBe("yagura");
    }
  });

  it("names what was called in another directory", async () => {
    const { root, bin, names } = installed();
    mkdirSync(join(root, "other"));
    await names("install", join(root, "other"), "opsbro");
    expect(readdirSync(join(root, "other"))).toEqual(["opsbro"]);
    expect(readlinkSync(join(root, "other/opsbro"))).toBe(join(bin, "yagura"));
  });

  it("changes nothing where one file is not ours", async () => {
    const { bin, names } = installed();
    writeFileSync(join(bin, "opsbro"), "somebody's");
    const { exit, stderr } = await names("install", bin);
    expect(exit).toBe(1);
    expect(stderr).toContain(`${join(bin, "opsbro")} is not ours`);
    expect(readdirSync(bin).sort()).toEqual(["opsbro", "yagura"]);
    expect((await names("install", bin, "check_happo")).exit).toBe(0);
  });

  it.each(["/bin/true", "/nonexistent/opsbro.py"])(
    "does not take a link to %s for its own",
    async (target) => {
      const { bin, names } = installed();
      symlinkSync(target, join(bin, "opsbro"));
      expect((await names("install", bin)).exit).toBe(1);
      expect(readlinkSync(join(bin, "opsbro"))).toBe(target);
    },
  );

  it("takes over a link that an older version left behind", async () => {
    const { bin, names } = installed();
    symlinkSync("/usr/lib/yagura/0.0.1-abc/dist/main.js", join(bin, "opsbro"));
    expect((await names("install", bin)).exit).toBe(0);
    expect(readlinkSync(join(bin, "opsbro"))).toBe("yagura");
  });

  it.each([
    [["nope"], /nope is none of the names/],
    [["--units", "/nonexistent"], /\/nonexistent is no directory/],
    [["--units", "/"], /there is no yagura.service in \//],
  ])("refuses %j", async (more, reason) => {
    const { bin, names } = installed();
    const { exit, stderr } = await names("install", bin, ...more);
    expect(exit).toBe(2);
    expect(stderr).toMatch(reason);
    expect(readdirSync(bin)).toEqual(["yagura"]);
  });

  it("gives the unit its older names", async () => {
    const { root, bin, names } = installed();
    writeFileSync(join(root, "yagura.service"), "");
    await names("install", bin, "--units", root);
    for (const name of ["happo-agent", "opsbro"])
      expect(readlinkSync(join(root, `${name}.service`))).toBe("yagura.service");
    await names("remove", bin, "--units", root);
    expect(readdirSync(root).sort()).toEqual(["bin", "lib", "yagura.service"]);
  });
});

describe("names remove", () => {
  it("takes back what was laid, and only that", async () => {
    const { bin, names } = installed();
    await names("install", bin, "happo-agent", "check_happo");
    expect(await names("remove", bin)).toEqual({
      exit: 0,
      stderr: "",
      stdout: `removed ${join(bin, "happo-agent")}\nremoved ${join(bin, "check_happo")}\n`,
    });
    expect(readdirSync(bin)).toEqual(["yagura"]);
  });

  it("leaves everything where one file is not ours", async () => {
    const { bin, names } = installed();
    await names("install", bin, "happo-agent");
    writeFileSync(join(bin, "opsbro"), "somebody's");
    expect((await names("remove", bin)).exit).toBe(1);
    expect(readdirSync(bin).sort()).toEqual(["happo-agent", "opsbro", "yagura"]);
  });
});
