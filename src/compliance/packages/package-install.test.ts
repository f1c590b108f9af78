// The system's own apt-get and dpkg, with a package made here, in a directory that stands for /.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { complianceOn, isRoot, snapshot } from "../compliance.fixture.ts";
import { backendFor } from "./backends.ts";
import { DpkgStatusReader, isInstalled } from "./dpkg-status.ts";
import { isPackageName } from "./package-name.ts";
import { hasApt, makePackageRoot, makeRepository, tiny } from "./tiny-repository.fixture.ts";

const compliance = (mode: string, packages: string) => `
compliance:
  name: tools
  mode: ${mode}
  verify_if: "True"
  rule: { type: package-install, parameters: { packages: ${packages} } }
`;
const installer = `
installor:
  name: tiny
  if: "True"
  variables:
    system: "'debian'"
  environments:
    - name: other
      if: "{{variables.system}} == 'centos'"
      packages: [something-else]
    - name: debian
      if: "{{variables.system}} == 'debian'"
      packages: [${tiny}]
`;

async function host(object: string) {
  const home = directoryOfTest();
  const source = makeRepository(home);
  makePackageRoot(join(home, "host"));
  writeFileSync(join(home, "host/etc/apt/sources.list"), `deb [trusted=yes] ${source}\n`);
  const on = await complianceOn({ "objects.d/tools.yml": object }, { home });
  const installs = () => on.commands.filter((command) => command.includes(" install "));
  const updates = () => on.commands.filter((command) => command.endsWith(" update"));
  return { ...on, installs, updates };
}

const ownDatabase = () => [
  statSync("/var/lib/dpkg/status").mtimeMs,
  readFileSync("/var/lib/dpkg/status", "utf8"),
];

describe.skipIf(!isRoot || !hasApt)("package-install with apt", () => {
  it("installs what is missing, and asks nobody at the second look", async () => {
    const before = ownDatabase();
    const { launch, inHost, commands, installs } = await host(compliance("enforcing", `[${tiny}]`));
    const first = await launch("tools");
    expect(first.lines).toEqual([
      `ERROR the package ${tiny} is not installed`,
      `FIX the package ${tiny} was installed`,
    ]);
    expect(readFileSync(inHost("usr/share/yagura-tiny/file"), "utf8")).toBe("tiny\n");
    expect(installs()[0]).toMatch(new RegExp(`^apt-get .* install -- ${tiny}$`));
    const asked = commands.length;
    const second = await launch("tools");
    expect(second.lines).toEqual([`COMPLIANT the package ${tiny} is installed`]);
    expect(commands).toHaveLength(asked);
    expect(ownDatabase()).toEqual(before);
  });

  it("takes what a package provides, and a version, for installed", async () => {
    const { launch, installs } = await host(
      compliance("enforcing", `["${tiny}=1.0", tiny-thing, "${tiny}:all"]`),
    );
    expect((await launch("tools")).state).toBe("FIXED");
    expect(installs()).toHaveLength(1);
    expect((await launch("tools")).state).toBe("COMPLIANT");
  });

  it("tells of a package that no list has, with the end of what apt said, and goes on to the next", async () => {
    const { launch, updates } = await host(compliance("enforcing", `[yagura-none, ${tiny}]`));
    const report = await launch("tools");
    expect(report.state).toBe("ERROR");
    expect(report.lines[1]).toMatch(/^ERROR apt-get ended with 100: .*Unable to locate package yagura-none$/);
    expect(report.lines[3]).toBe(`FIX the package ${tiny} was installed`);
    // The lists were new already: they are not fetched twice within a minute.
    expect(updates()).toHaveLength(1);
    await launch("tools");
    expect(updates()).toHaveLength(1);
  });

  it("changes nothing when it audits", async () => {
    const { launch, commands, home } = await host(compliance("audit", `[${tiny}]`));
    const before = snapshot(home);
    const report = await launch("tools");
    expect([report.state, report.lines]).toEqual(["ERROR", [`ERROR the package ${tiny} is not installed`]]);
    expect(snapshot(home)).toEqual(before);
    expect(commands).toEqual([]);
  });

  it("works for an installer of the older form, with the first environment that fits", async () => {
    const { launch, inHost, installs } = await host(installer);
    const report = await launch("tiny");
    expect([report.kind, report.mode, report.state]).toEqual(["installor", "enforcing", "FIXED"]);
    expect(existsSync(inHost("usr/share/yagura-tiny/file"))).toBe(true);
    expect(installs()).toHaveLength(1);
  });

  it("one at a time", async () => {
    const other = compliance("enforcing", `[tiny-thing, ${tiny}]`).replace("name: tools", "name: more");
    const {
      compliance: both,
      installs,
      mostAtOnce,
    } = await host(`${compliance("enforcing", `[${tiny}]`)}---${other}`);
    const reports = await Promise.all([both.launch("tools"), both.launch("more")]);
    expect(reports.map((one) => one?.state)).toEqual(["FIXED", "FIXED"]);
    expect(installs().length).toBeGreaterThan(1);
    expect(mostAtOnce()).toBe(1);
  });

  it("says so where packages are not managed", async () => {
    const { launch, inHost } = await host(compliance("enforcing", `[${tiny}]`));
    writeFileSync(inHost("etc/os-release"), "ID=plan9\n");
    expect((await launch("tools")).lines).toEqual(["ERROR the packages of this system are not managed"]);
  });

  it.each([
    ["an option", '["--allow-unauthenticated"]'],
    ["a short option", "[-oAPT::Get::AllowUnauthenticated=true]"],
    ["an order to remove", `["${tiny}-"]`],
    ["a file", '["./tiny.deb"]'],
    ["a pattern", '["~n."]'],
    ["several words", '["a b"]'],
    ["a second command", '["a;reboot"]'],
    ["nothing", '[""]'],
  ])("refuses %s as a name", async (_name, packages) => {
    const { compliance: refused, lines } = await host(compliance("enforcing", packages));
    expect(refused.reports()).toEqual([]);
    expect(lines.join("")).toMatch(/compliance\.rule\.parameters\.packages(\[0\])?: /);
  });
});

describe("names of packages", () => {
  it.each(["g++", "libc6:amd64", "nginx=1.2-3~bpo", "python3.11", "R-core", "a"])("%s is one", (name) => {
    expect(isPackageName(name)).toBe(true);
  });

  it("never begin as an option does, and hold nothing that a shell, or a pattern, would see", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        if (isPackageName(name))
          expect(name).toMatch(/^[A-Za-z0-9][^\s/*?[\]^$;&|<>()'"`\\!#%@,{}-]*(-+[^\s/*?-]+)*$/);
      }),
    );
  });
});

describe("a package manager's line", () => {
  it.each([
    ["debian", "", "/", "apt-get -q --yes --no-install-recommends"],
    ["linuxmint", "ubuntu debian", "/", "apt-get"],
    ["fedora", "", "/", "dnf -y install -- x"],
    ["rocky", "rhel centos fedora", "/", "yum -y install -- x"],
    ["amzn", "", "/img", "yum -y --installroot=/img install -- x"],
    ["opensuse-leap", "suse opensuse", "/", "zypper --non-interactive install --no-recommends -- x"],
    ["alpine", "", "/img", "apk --root /img --wait 120 --update-cache add -- x"],
  ])("of %s (%s) on %s begins with %s", (id, like, root, line) => {
    const release = new Map([
      ["ID", id],
      ["ID_LIKE", like],
    ]);
    const backend = backendFor(release, () => true);
    expect(backend?.install("x", root).words.join(" ")).toContain(line);
  });

  it("uses dnf where yum is no more, and nothing of a system it does not know", () => {
    const release = new Map([["ID", "rhel"]]);
    expect(backendFor(release, (name) => name === "dnf")?.name).toBe("dnf");
    expect(backendFor(new Map([["ID", "plan9"]]), () => true)).toBeUndefined();
    expect(backendFor(new Map([["ID", "constructor"]]), () => true)).toBeUndefined();
  });
});

describe("dpkg's list", () => {
  const text = [
    "Package: a\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1:2-3\nProvides: b (= 2), c\n",
    "Package: gone\nStatus: deinstall ok config-files\nArchitecture: all\nVersion: 1\n",
    "Package: half\nStatus: install ok half-configured\nVersion: 1\nDescription: x\n Package: no\n",
    "Package: held\nStatus: hold ok installed\nVersion: 9",
  ].join("\n");

  it("is read in pieces of any size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: text.length }), (size) => {
        const reader = new DpkgStatusReader();
        for (let at = 0; at < text.length; at += size) reader.take(text.slice(at, at + size));
        reader.end();
        expect([...reader.packages.keys()].sort()).toEqual(["a", "a:amd64", "b", "c", "held", "held:"]);
      }),
    );
  });

  it.each([
    ["a", true],
    ["a:amd64", true],
    ["a=1:2-3", true],
    ["a=1:2-4", false],
    ["b", true],
    ["b=2", false],
    ["gone", false],
  ])("says of %s that it is installed: %s", (name, answer) => {
    const reader = new DpkgStatusReader();
    reader.take(text);
    reader.end();
    expect(isInstalled(name, reader.packages)).toBe(answer);
  });
});

it("a database that is not there is no crash", async () => {
  const home = directoryOfTest();
  mkdirSync(join(home, "host"));
  const { launch } = await complianceOn({ "objects.d/tools.yml": compliance("audit", "[x]") }, { home });
  expect((await launch("tools")).lines[0]).toMatch(/^ERROR ENOENT/);
});
