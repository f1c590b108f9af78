// The unit of the package: what systemd itself says of it, and what must and must not stand in it.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commandEntries } from "../src/cli/commands/index.ts";
import { directoryOfTest, writeScript } from "./support/temporary.ts";

const root = join(import.meta.dirname, "..");
const unit = readFileSync(join(root, "packaging/yagura.service"), "utf8");
const note = readFileSync(join(root, "docs/decisions/0029-the-unit.md"), "utf8");

const lines = unit
  .split("\n")
  .map((line) => /^(\w+)=(.*)$/.exec(line))
  .filter((match) => match !== null);
const valuesOf = (name: string) => lines.filter(([, key]) => key === name).map(([, , value]) => value);

/** As on a host where the package is installed. */
function verify(text: string) {
  const directory = directoryOfTest();
  const program = writeScript(directory, "yagura", "exit 0");
  const file = join(directory, "yagura.service");
  writeFileSync(file, text.replaceAll("/usr/local/bin/yagura", program));
  const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" });
  return { status, said: stderr.split("\n").filter((line) => line.includes("yagura.service")) };
}

describe("systemd", () => {
  it("has nothing to say about it", () => {
    expect(verify(unit)).toEqual({ status: 0, said: [] });
  });

  it("would say something about a wrong key and a program that is not there", () => {
    expect(verify(unit.replace("TasksMax", "TaskMax")).said.join()).toContain("TaskMax");
    expect(verify(unit.replace("/usr/local/bin/yagura agent", "/usr/bin/nothing agent")).status).not.toBe(0);
  });
});

describe("the unit", () => {
  it("checks the configuration, then starts the agent, with commands that there are", () => {
    const commands = [...valuesOf("ExecStartPre"), ...valuesOf("ExecStart")];
    expect(commands).toEqual(["/usr/local/bin/yagura config check", "/usr/local/bin/yagura agent start"]);
    const known = commandEntries.flatMap(({ name, alias }) => [name, alias]);
    for (const line of commands) expect(known).toContain(line?.replace("/usr/local/bin/yagura ", ""));
  });

  it("reads the variables of both agents, where they are there", () => {
    expect(valuesOf("EnvironmentFile")).toEqual(["-/etc/default/yagura", "-/etc/default/happo-agent.env"]);
    expect(existsSync(join(root, "packaging/yagura.env"))).toBe(true);
  });

  it.each([
    ["KillMode", "mixed"],
    ["OOMPolicy", "continue"],
    ["StateDirectoryMode", "0700"],
    ["UMask", "0022"],
    ["Restart", "always"],
  ])("has %s=%s once", (name, value) => {
    expect(valuesOf(name)).toEqual([value]);
  });

  it.each(["MemoryHigh", "MemoryMax", "TasksMax", "LimitNOFILE"])("bounds %s", (name) => {
    expect(valuesOf(name)).toEqual([expect.stringMatching(/^\d+[MG]?$/)]);
  });

  it("allows every family of addresses that is used", () => {
    const families = valuesOf("RestrictAddressFamilies").join(" ").split(" ");
    expect(families).toEqual(
      expect.arrayContaining(["AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET"]),
    );
  });

  it("has nothing of what the decision note leaves out", () => {
    const rows = note.split("\n").filter((line) => /^\| `/.test(line));
    const out = rows.flatMap((row) =>
      [...(row.split("|")[1] ?? "").matchAll(/`(\w+)/g)].map(([, name]) => name ?? ""),
    );
    expect(out).toContain("NoNewPrivileges");
    expect(out.filter((name) => valuesOf(name).length > 0)).toEqual([]);
  });
});
