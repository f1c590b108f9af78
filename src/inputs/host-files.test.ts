// The host's files: text or nothing, ends of files, directories, from a root of one's own.
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { createHostFiles } from "./host-files.ts";

function hostWithFiles() {
  const root = directoryOfTest();
  mkdirSync(join(root, "etc/folder"), { recursive: true });
  writeFileSync(join(root, "etc/file"), "0123456789");
  utimesSync(join(root, "etc/file"), 1_700_000_000, 1_700_000_000);
  symlinkSync("folder", join(root, "etc/link"));
  return createHostFiles(root);
}

describe("a host's files", () => {
  it("are read whole, and what is not there is undefined", async () => {
    const host = hostWithFiles();
    expect(await host.text("/etc/file")).toBe("0123456789");
    expect(await host.text("/etc/none")).toBeUndefined();
    expect(await host.text("/etc/folder")).toBeUndefined();
    await expect(host.required("/etc/none")).rejects.toThrow(/cannot read .*\/etc\/none: ENOENT/);
  });

  it.each([
    [4, "6789"],
    [10, "0123456789"],
    [999, "0123456789"],
    [0, ""],
  ])("give their last %d bytes", async (limitBytes, expected) => {
    expect((await hostWithFiles().tail("/etc/file", limitBytes))?.toString()).toBe(expected);
  });

  it("have a size and an age", async () => {
    const host = hostWithFiles();
    expect(await host.facts("/etc/file")).toEqual({ sizeBytes: 10, modifiedMs: 1_700_000_000_000 });
    expect(await host.facts("/etc/none")).toBeUndefined();
    expect(await host.tail("/etc/none", 4)).toBeUndefined();
  });

  it("stand in directories", async () => {
    const host = hostWithFiles();
    expect([...(await host.list("/etc"))].sort()).toEqual(["file", "folder", "link"]);
    expect(await host.folders("/etc")).toEqual(["folder"]);
    expect(await host.link("/etc/link")).toBe("folder");
    expect([await host.list("/none"), await host.folders("/none"), await host.link("/none")]).toEqual([
      [],
      [],
      undefined,
    ]);
  });

  it("are larger than one read", async () => {
    const text = `${"x".repeat(99)}\n`.repeat(3000);
    const root = directoryOfTest();
    writeFileSync(join(root, "long"), text);
    expect(await createHostFiles(root).text("/long")).toBe(text);
  });
});

it("of a host that is seen from a container are those of its first process", async () => {
  const root = directoryOfTest();
  for (const directory of ["proc/self", "proc/1/net", "proc/net"])
    mkdirSync(join(root, directory), { recursive: true });
  const files = [
    "proc/self/mounts",
    "proc/mounts",
    "proc/1/mounts",
    "proc/net/dev",
    "proc/1/net/dev",
    "proc/net/snmp",
  ];
  for (const file of files) writeFileSync(join(root, file), file);
  const host = createHostFiles(root);
  expect(await host.text("/proc/self/mounts")).toBe("proc/1/mounts");
  expect(await host.text("/proc/mounts")).toBe("proc/1/mounts");
  expect(await host.required("/proc/net/dev")).toBe("proc/1/net/dev");
  // A tree that was copied from a host has what it has.
  expect(await host.text("/proc/net/snmp")).toBe("proc/net/snmp");
  expect(await createHostFiles("/").text("/proc/self/mounts")).toMatch(/^\S+ \/ /m);
});
