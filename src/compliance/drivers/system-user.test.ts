// The system's own useradd and usermod, on the account files of a directory that stands for /.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { complianceOn, debian, isRoot, snapshot } from "../compliance.fixture.ts";

const hasUseradd = spawnSync("/usr/sbin/useradd", ["--help"]).status === 0;

const object = (mode: string, parameters: string) => `
compliance:
  name: app
  mode: ${mode}
  verify_if: "True"
  rule:
    type: system-user
    parameters: { ${parameters} }
`;
const app = 'name: app, uid: 4321, gid: users, display_name: "The App", home_dir: /srv/app, shell: /bin/sh';
const files = { "host/etc/shadow": "root:*:19000::::::\n", "host/etc/gshadow": "root:*::\n" };

async function host(text: string) {
  const on = await complianceOn({ ...files, "objects.d/app.yml": text });
  const line = () =>
    readFileSync(on.inHost("etc/passwd"), "utf8")
      .split("\n")
      .find((one) => one.startsWith("app:"));
  return { ...on, line };
}

describe.skipIf(!isRoot || !hasUseradd)("system-user", () => {
  it("makes the user as it is wanted, and brings it back after a change", async () => {
    const before = readFileSync("/etc/passwd", "utf8");
    const { launch, line, home } = await host(object("enforcing", app));
    const first = await launch("app");
    expect(first.lines).toEqual(["ERROR there is no user app", "FIX the user app is now as wanted"]);
    expect(line()).toBe("app:x:4321:100:The App:/srv/app:/bin/sh");
    expect((await launch("app")).lines).toEqual(["COMPLIANT the user app is as wanted"]);

    const { stderr, status } = spawnSync("usermod", [
      ...[
        "--prefix",
        `${home}/host`,
        "--shell",
        "/bin/false",
        "--comment",
        "Eve",
        "--home",
        "/tmp",
        "--gid",
        "0",
      ],
      "app",
    ]);
    expect([status, stderr.toString()]).toEqual([0, ""]);
    const report = await launch("app");
    expect(report.lines).toEqual([
      "ERROR the user app: gid is 0, and 100 is wanted; display_name is Eve, and The App is wanted; home_dir is /tmp, and /srv/app is wanted; shell is /bin/false, and /bin/sh is wanted",
      "FIX the user app is now as wanted",
    ]);
    expect(line()).toBe("app:x:4321:100:The App:/srv/app:/bin/sh");
    expect(readFileSync("/etc/passwd", "utf8")).toBe(before);
  });

  it.each([
    ["a user that is not there", app, "ERROR there is no user app"],
    [
      "a user that is otherwise",
      "name: nobody, uid: 65534, shell: /bin/bash",
      "ERROR the user nobody: shell is /usr/sbin/nologin, and /bin/bash is wanted",
    ],
  ])("only tells of %s when it audits", async (_name, parameters, line) => {
    const { launch, home, commands } = await host(object("audit", parameters));
    const before = snapshot(home);
    const report = await launch("app");
    expect([report.state, report.lines]).toEqual(["ERROR", [line]]);
    expect(snapshot(home)).toEqual(before);
    expect(commands).toEqual([]);
  });

  it("looks only at what is given, and at a name alone of the whole field", async () => {
    const { launch } = await complianceOn({
      ...{ ...files, "objects.d/app.yml": object("enforcing", "name: app, display_name: The App") },
      "host/etc/passwd": `${debian["host/etc/passwd"]}app:x:7:8:The App,room 1,,:/x:/y\n`,
    });
    expect((await launch("app")).state).toBe("COMPLIANT");
  });

  it.each([
    ["a group that is not there", "name: app, gid: nowhere", /^ERROR there is no group nowhere$/],
    ["a number that is taken", "name: app, uid: 0", /useradd ended with 4: .*not unique/],
  ])("fails over %s", async (_name, parameters, line) => {
    const { launch } = await host(object("enforcing", parameters));
    const report = await launch("app");
    expect(report.state).toBe("ERROR");
    expect(report.lines.at(-1)).toMatch(line);
  });

  it.each([
    ["name", "name: --root=/etc"],
    ["name", 'name: "a b"'],
    ["shell", 'name: app, shell: "bash"'],
    ["display_name", 'name: app, display_name: "x:0:0"'],
    ["display_name", 'name: app, display_name: "x\\nroot2::0:0::/:/bin/sh"'],
    ["gid", "name: app, gid: -o"],
  ])("refuses a %s such as in { %s }", async (key, parameters) => {
    const { compliance, lines } = await host(object("enforcing", parameters));
    expect(compliance.reports()).toEqual([]);
    expect(lines.join("")).toContain(`compliance.rule.parameters.${key}: `);
  });
});
