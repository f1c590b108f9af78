// Real files of a directory that stands for /; giving them away needs root.
import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { describe, expect, it } from "vitest";
import { until } from "../../../test/support/until.ts";
import { complianceOn, isRoot, snapshot } from "../compliance.fixture.ts";
import { permissionsOf } from "./file-rights.ts";

const rights = (mode: string, parameters = "file: /etc/motd, owner: root, group: root, permissions: 644") => `
compliance:
  name: motd
  mode: ${mode}
  verify_if: "True"
  rule:
    type: file-rights
    parameters: { ${parameters} }
    post_commands: ["true"]
`;

async function host(object: string, change?: (inHost: (path: string) => string) => void, beats = false) {
  const on = await complianceOn({ "objects.d/motd.yml": object, "host/etc/motd": "hello" }, { beats });
  chmodSync(on.inHost("etc/motd"), 0o777);
  chownSync(on.inHost("etc/motd"), 65_534, 65_534);
  change?.(on.inHost);
  return on;
}

const rightsOf = (path: string) => {
  const { uid, gid, mode } = statSync(path);
  return [uid, gid, (mode & 0o7777).toString(8)];
};

describe("permissions", () => {
  it.each([
    [644, 0o644],
    ["644", 0o644],
    ["0644", 0o644],
    ["0o644", 0o644],
    [1777, 0o1777],
    [0, 0],
    [648, undefined],
    ["rw-r--r--", undefined],
    [77_777, undefined],
    ["", undefined],
  ])("%j", (given, mode) => {
    expect(permissionsOf(given)).toBe(mode);
  });
});

describe.skipIf(!isRoot)("file-rights", () => {
  it("puts owner, group and permissions right, and is content at the second look", async () => {
    const { launch, inHost, told } = await host(rights("enforcing"));
    const first = await launch("motd");
    expect(first.state).toBe("FIXED");
    expect(first.lines).toEqual([
      "ERROR /etc/motd: the owner is nobody, and root is wanted",
      "FIX /etc/motd: the owner is now root",
      "ERROR /etc/motd: the group is nogroup, and root is wanted",
      "FIX /etc/motd: the group is now root",
      "ERROR /etc/motd: the permissions are 777, and 644 is wanted",
      "FIX /etc/motd: the permissions are now 644",
      "SUCCESS true: ended well",
    ]);
    expect(rightsOf(inHost("etc/motd"))).toEqual([0, 0, "644"]);
    const second = await launch("motd");
    expect(second.lines).toEqual([
      "COMPLIANT /etc/motd: the owner is root",
      "COMPLIANT /etc/motd: the group is root",
      "COMPLIANT /etc/motd: the permissions are 644",
    ]);
    expect(told.map(({ oldState, state, notable }) => [oldState, state, notable])).toEqual([
      ["PENDING", "FIXED", true],
      ["FIXED", "COMPLIANT", false],
    ]);
    expect(told[0]?.infos).toHaveLength(7);
  });

  it("does so by itself", async () => {
    const { inHost } = await host(rights("enforcing"), undefined, true);
    await until(() => rightsOf(inHost("etc/motd")).join() === "0,0,644");
  });

  it("only tells when it audits", async () => {
    const { launch, inHost, home } = await host(rights("audit"));
    const before = snapshot(home);
    const report = await launch("motd");
    expect(report.state).toBe("ERROR");
    expect(report.lines).toHaveLength(3);
    expect(snapshot(home)).toEqual(before);
    expect(rightsOf(inHost("etc/motd"))).toEqual([65_534, 65_534, "777"]);
  });

  it("takes numbers in place of names", async () => {
    const { launch, inHost } = await host(
      rights("enforcing", 'file: /etc/motd, owner: 4242, group: "4243", permissions: "0600"'),
    );
    expect((await launch("motd")).state).toBe("FIXED");
    expect(rightsOf(inHost("etc/motd"))).toEqual([4242, 4243, "600"]);
  });

  it("works on directories, and keeps the bits that a change of the owner takes away", async () => {
    const { launch, inHost } = await host(
      rights("enforcing", "file: /etc/motd, owner: root, permissions: 4755"),
      (at) => chmodSync(at("etc/motd"), 0o4755),
    );
    expect((await launch("motd")).state).toBe("FIXED");
    expect(rightsOf(inHost("etc/motd"))[2]).toBe("4755");
    const second = await complianceOn({
      "objects.d/d.yml": rights("enforcing", "file: /srv/d, permissions: 1777"),
    });
    mkdirSync(second.inHost("srv/d"), { recursive: true });
    expect((await second.launch("motd")).state).toBe("FIXED");
    expect(rightsOf(second.inHost("srv/d"))[2]).toBe("1777");
  });

  it.each<[string, string, RegExp]>([
    ["a file that is not there", "file: /etc/none, permissions: 644", /^ERROR \/etc\/none is not there$/],
    ["a directory that is not there", "file: /none/at/all, permissions: 644", /is not there$/],
    ["a user that is not there", "file: /etc/motd, owner: wilhelmine", /there is no user wilhelmine$/],
    ["a way up", "file: /etc/../etc/motd, permissions: 644", /is no whole path$/],
    ["the root", "file: /, permissions: 644", /is no whole path$/],
  ])("fails over %s", async (_name, parameters, line) => {
    const { launch } = await host(rights("enforcing", parameters));
    const report = await launch("motd");
    expect(report.state).toBe("ERROR");
    expect(report.lines.at(-1)).toMatch(line);
  });

  it("does not follow a link in the file's place", async () => {
    const { launch, inHost, home } = await host(
      rights("enforcing", "file: /tmp/x, owner: root, permissions: 777"),
      (at) => {
        mkdirSync(at("tmp"));
        symlinkSync("/etc/motd", at("tmp/x"));
      },
    );
    const before = snapshot(`${home}/host`);
    const report = await launch("motd");
    expect(report.lines).toEqual(["ERROR /tmp/x is a link, which is not followed; name what it leads to"]);
    expect(snapshot(`${home}/host`)).toEqual(before);
    expect(lstatSync(inHost("tmp/x")).isSymbolicLink()).toBe(true);
  });

  it("does not follow a link that a user planted on the way", async () => {
    const { launch, home } = await host(
      rights("enforcing", "file: /home/eve/conf/motd, permissions: 666"),
      (at) => {
        mkdirSync(at("home/eve"), { recursive: true });
        symlinkSync("../../etc", at("home/eve/conf"));
        lchownSync(at("home/eve/conf"), 65_534, 65_534);
      },
    );
    const before = snapshot(`${home}/host`);
    const report = await launch("motd");
    expect(report.lines[0]).toMatch(
      /\/home\/eve\/conf is a link that the user 65534 made; it is not followed$/,
    );
    expect(snapshot(`${home}/host`)).toEqual(before);
  });

  it("follows the system's own links on the way, within its root", async () => {
    const { launch, inHost } = await host(
      rights("enforcing", "file: /var/conf/motd, permissions: 600"),
      (at) => {
        mkdirSync(at("var"));
        symlinkSync("/etc", at("var/conf"));
      },
    );
    expect((await launch("motd")).state).toBe("FIXED");
    expect(rightsOf(inHost("etc/motd"))[2]).toBe("600");
  });

  it("leaves a file alone that somebody may have linked there", async () => {
    const { launch, inHost } = await host(rights("enforcing", "file: /tmp/x, owner: nobody"), (at) => {
      mkdirSync(at("tmp"));
      chmodSync(at("tmp"), 0o1777);
      writeFileSync(at("etc/shadow"), "secret");
      linkSync(at("etc/shadow"), at("tmp/x"));
    });
    const report = await launch("motd");
    expect(report.lines.at(-1)).toMatch(/has 2 names and others may have made them; it is left alone$/);
    expect(statSync(inHost("etc/shadow")).uid).toBe(0);
  });
});
