// config check, show, schema and hash-token.
import { createHash } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sharedCertificate } from "../../../test/support/agent.ts";
import { run } from "../../../test/support/cli.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { sections as agentSections } from "../../agent-config.ts";

function homeWith(text: string): string {
  const home = directoryOfTest();
  writeFileSync(join(home, "yagura.yaml"), text);
  return home;
}

describe("config check", () => {
  it("says that a file is right", async () => {
    const home = homeWith("api: { port: 1 }\n");
    const ok = { exit: 0, stdout: `${home}/yagura.yaml: ok\n`, stderr: "" };
    expect(await run(["config", "check", "--home", home])).toEqual(ok);
    expect(await run(["config", "check", `--config=${home}/yagura.yaml`])).toEqual(ok);
  });

  it("says that there is none", async () => {
    const { exit, stdout } = await run(["config", "check", "--home", "/nonexistent"]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^\/nonexistent\/yagura.yaml: ok \(there is no such file/);
  });

  it("says what is wrong and where", async () => {
    const home = homeWith("api:\n  port: many\n");
    const { exit, stdout, stderr } = await run(["config", "check", "--home", home]);
    expect({ exit, stdout }).toEqual({ exit: 78, stdout: "" });
    expect(stderr).toContain(`${home}/yagura.yaml:2:9: api.port`);
  });

  it("looks at the environment as the daemon does", async () => {
    const environment = { HAPPO_AGENT_PUBLIC_KEY: "x.pem" };
    const { exit, stderr } = await run(["config", "check", "--home", homeWith("{}\n")], { environment });
    expect(exit).toBe(78);
    expect(stderr).toContain("HAPPO_AGENT_PUBLIC_KEY");
  });
});

describe.runIf(process.getuid?.() === 0)("config check says what the start would refuse", () => {
  const mallory = 12_346;
  const check = async (home: string) =>
    await run(["config", "check", "--home", home], { sections: async () => agentSections });

  it("a configuration, and a state directory", async () => {
    const home = homeWith("{}\n");
    const file = join(home, "yagura.yaml");
    expect((await check(home)).exit).toBe(0);
    chmodSync(file, 0o666);
    expect(await check(home)).toMatchObject({
      exit: 78,
      stderr: `yagura: the configuration is not read: every user can write ${file}; run: chmod o-w ${file}\n`,
    });
    chmodSync(file, 0o600);
    mkdirSync(join(home, "events"));
    chownSync(join(home, "events"), mallory, mallory);
    expect(await check(home)).toMatchObject({
      exit: 78,
      stdout: "",
      stderr: expect.stringContaining("yagura: the state directory is not used: "),
    });
  });

  it("keys, certificates and authorities", async () => {
    const files = directoryOfTest();
    const made = await sharedCertificate();
    for (const name of ["cert.pem", "ca.pem", "hop.pem"]) writeFileSync(join(files, name), made.certificate);
    writeFileSync(join(files, "key.pem"), made.key, { mode: 0o600 });
    const home = homeWith(`api:
  tls: { certificate: ${files}/cert.pem, key: ${files}/key.pem, client_ca: ${files}/ca.pem }
  proxy: { hops: [{ match: a.example, ca: ${files}/hop.pem }] }
`);
    expect(await check(home)).toMatchObject({ exit: 0, stderr: "" });
    for (const name of ["cert.pem", "key.pem", "ca.pem", "hop.pem"]) {
      chownSync(join(files, name), mallory, mallory);
      const { exit, stderr } = await check(home);
      expect({ exit, lines: stderr.split("\n").length }).toEqual({ exit: 78, lines: 2 });
      expect(stderr).toContain(`run: chown root: ${files}/${name}`);
      chownSync(join(files, name), 0, 0);
    }
    writeFileSync(join(files, "ca.pem"), "");
    rmSync(join(files, "key.pem"));
    expect((await check(home)).stderr).toContain("cannot read the private key");
  });

  it("intervals that do not fit to the history, and says ok all the same", async () => {
    const home = homeWith(`inputs:
  statsd: { listen: "udp://127.0.0.1:0", every: 1s }
  collectors: { every: 20s, cpustats: { every: 15s }, memory: { every: 30s } }
`);
    const { exit, stderr } = await check(home);
    expect({ exit, lines: stderr.trim().split("\n") }).toEqual({
      exit: 0,
      lines: [
        "yagura: warning: inputs.statsd.every is 1s, and the finest of store.history.resolutions 10s: values that share a place become one, as store.history.aggregation says",
        "yagura: warning: inputs.collectors.cpustats.every is 15s, and the finest of store.history.resolutions 10s: some places stay empty, since it is no multiple of it",
      ],
    });
  });

  it("objects, which cost only themselves", async () => {
    const home = homeWith("{}\n");
    const path = join(home, "objects.d/mine.yml");
    mkdirSync(join(home, "objects.d"));
    writeFileSync(path, 'check: { id: a, warning_if: "1" }\n');
    expect(await check(home)).toMatchObject({ exit: 0, stderr: "" });
    chownSync(path, mallory, mallory);
    expect(await check(home)).toMatchObject({
      exit: 0,
      stderr: `${path}: cannot be read: ${path} belongs to the user ${mallory}; run: chown root: ${path}\n`,
    });
  });
});

describe("config show", () => {
  it("shows what was given, everything, and where it comes from", async () => {
    const home = homeWith("api: { port: 1, key: s3cret }\n");
    const given = await run(["config", "show", "--home", home]);
    expect(given).toEqual({ exit: 0, stdout: 'api:\n  port: 1\n  key: "***"\n', stderr: "" });
    const all = await run(["config", "show", "--home", home, "--effective", "--origin"]);
    expect(all.stdout).toMatch(/listen: 127.0.0.1:6777 +# default/);
    expect(all.stdout).toContain(`port: 1 # ${home}/yagura.yaml:1:`);
  });

  it("keeps secrets hidden in JSON too", async () => {
    const home = homeWith("api: { port: 1, key: s3cret }\n");
    const { stdout } = await run(["config", "show", "--home", home, "--json"]);
    expect(JSON.parse(stdout)).toEqual({ api: { port: 1, key: "***" } });
  });

  it("shows nothing as an empty JSON object", async () => {
    const { stdout } = await run(["config", "show", "--home", "/nonexistent", "--json"]);
    expect(JSON.parse(stdout)).toEqual({});
  });
});

it("config schema prints a JSON Schema", async () => {
  const { exit, stdout } = await run(["config", "schema"]);
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ type: "object", properties: { api: { type: "object" } } });
});

describe("config hash-token", () => {
  it("prints a salted hash of the token, the newline left out, another one each time", async () => {
    const hashes = await Promise.all(
      ["0123456789abcdef", "0123456789abcdef\n", "0123456789abcdef\r\n"].map((input) =>
        run(["config", "hash-token"], { input }),
      ),
    );
    for (const { exit, stdout } of hashes) {
      const [, salt = "", hash] = /^sha256:([0-9a-f]{32}):([0-9a-f]{64})\n$/.exec(stdout) ?? [];
      const expected = createHash("sha256")
        .update(Buffer.from(salt, "hex"))
        .update("0123456789abcdef")
        .digest("hex");
      expect({ exit, hash }).toEqual({ exit: 0, hash: expected });
    }
    expect(new Set(hashes.map(({ stdout }) => stdout)).size).toBe(3);
  });

  it.each([
    ["nothing", "", "at least 16 characters"],
    ["15 characters", "0123456789abcde\n", "at least 16 characters"],
    ["two lines", "0123456789abcdef\n0123456789abcdef\n", "one line without blanks"],
    ["far too much", "x".repeat(100_000), "at most 4096 characters"],
  ])("refuses %s", async (_what, input, reason) => {
    const { exit, stdout, stderr } = await run(["config", "hash-token"], { input });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain(reason);
  });
});
