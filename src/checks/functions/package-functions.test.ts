// Which packages are installed: of this host, of lists that tests change, and as rpm says.
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { answerOf, hostOfTest } from "./host.fixture.ts";
import type { ProgramRequest } from "./index.ts";

function put(root: string, path: string, text: string): string {
  const place = join(root, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, text);
  return place;
}

const dpkg = `Package: apache2
Status: install ok installed
Architecture: amd64
Description: server
 Package: not-a-field

Package: held
Status: hold ok installed
Architecture: amd64

Package: removed
Status: deinstall ok config-files
Architecture: amd64

Package: half
Status: install ok half-configured

Package: last
Status: install ok installed
Architecture: all`;

describe("dpkg", () => {
  it.each([
    ["apache2", true],
    ["apache2:amd64", true],
    ["apache2:i386", false],
    ["held", true],
    ["last", true],
    ["removed", false],
    ["half", false],
    ["apache", false],
    ["not-a-field", false],
  ])("%s is installed: %s", async (name, expected) => {
    const root = directoryOfTest();
    put(root, "var/lib/dpkg/status", dpkg);
    expect(await answerOf(`has_package('${name}')`, hostOfTest({ root }))).toBe(expected);
  });

  it("sees at once what is installed and removed", async () => {
    const root = directoryOfTest();
    const host = hostOfTest({ root });
    const path = put(root, "var/lib/dpkg/status", dpkg);
    expect(await answerOf("has_package('postfix')", host)).toBe(false);
    appendFileSync(path, "\n\nPackage: postfix\nStatus: install ok installed\nArchitecture: amd64\n");
    expect(await answerOf("has_package('postfix')", host)).toBe(true);
    writeFileSync(path, "");
    expect(await answerOf("has_package('postfix') or has_package('apache2')", host)).toBe(false);
  });

  it.runIf(existsSync("/var/lib/dpkg/status"))("says the same as dpkg of this host", async () => {
    const listed = execFileSync("dpkg", ["--get-selections"], { encoding: "utf8" }).trim().split("\n");
    expect(listed.length).toBeGreaterThan(10);
    for (const [name, wanted] of listed.slice(0, 100).map((line) => line.split(/\t+/)))
      expect([name, await answerOf(`has_package('${name}')`)]).toEqual([name, wanted !== "deinstall"]);
  });
});

it("apk", async () => {
  const root = directoryOfTest();
  put(root, "lib/apk/db/installed", "C:Q1x=\nP:nginx\nV:1.26-r0\n\nP:busybox\nV:1\nF:usr\nR:P:no\n");
  const host = hostOfTest({ root });
  expect(await answerOf("[has_package('nginx'), has_package('busybox'), has_package('no')]", host)).toEqual([
    true,
    true,
    false,
  ]);
});

describe("rpm", () => {
  const asked: ProgramRequest[] = [];
  const hostWith = (root: string, status: number) =>
    hostOfTest({
      root,
      run(request) {
        asked.push(request);
        return Promise.resolve({ status, stdout: "" });
      },
    });

  it("is asked, and again only when its database changed", async () => {
    asked.length = 0;
    const root = directoryOfTest();
    put(root, "var/lib/rpm/rpmdb.sqlite", "1");
    expect(await answerOf("has_package('httpd')", hostWith(root, 1))).toBe(false);
    expect(await answerOf("has_package('httpd')", hostWith(root, 0))).toBe(false);
    expect(asked).toEqual([{ name: "rpm", option: `--root ${root} -q --quiet httpd`, deadlineMs: 5000 }]);
    put(root, "var/lib/rpm/rpmdb.sqlite-wal", "22");
    expect(await answerOf("has_package('httpd')", hostWith(root, 0))).toBe(true);
    expect(await answerOf("has_package('other')", hostWith(root, 1))).toBe(false);
    expect(asked).toHaveLength(3);
  });

  it("that cannot be run is a fault, and asked again", async () => {
    const root = directoryOfTest();
    put(root, "usr/lib/sysimage/rpm/Packages.db", "1");
    await expect(answerOf("has_package('httpd')", hostWith(root, 127))).rejects.toThrow("rpm ended with 127");
    expect(await answerOf("has_package('httpd')", hostWith(root, 0))).toBe(true);
  });

  it("is not asked where there is none of its databases", async () => {
    asked.length = 0;
    expect(await answerOf("has_package('httpd')", hostWith(directoryOfTest(), 0))).toBe(false);
    expect(asked).toEqual([]);
  });
});

it.each(["''", "'-i'", "'a b'", "'a;reboot'", "'$(id)'", "'a' * 300"])(
  "%s is no name of a package",
  async (name) => {
    await expect(answerOf(`has_package(${name})`)).rejects.toThrow("is no name of a package");
  },
);

it("a list that went away is not remembered", async () => {
  const root = directoryOfTest();
  const path = put(root, "var/lib/dpkg/status", dpkg);
  expect(await answerOf("has_package('last')", hostOfTest({ root }))).toBe(true);
  rmSync(path);
  expect(await answerOf("has_package('last')", hostOfTest({ root }))).toBe(false);
});
