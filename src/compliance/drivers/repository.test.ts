// Files of apt and dnf in a directory that stands for /, keys made by gpg, and a real server for them.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startServer } from "../../../test/support/https-stub.ts";
import { directoryOfTest, temporaryDirectory } from "../../../test/support/temporary.ts";
import { complianceOn, isRoot, snapshot } from "../compliance.fixture.ts";
import { hasApt, makePackageRoot, makeRepository, tiny } from "../packages/tiny-repository.fixture.ts";
import { publicKeys, withArmour, withoutArmour } from "../repositories/openpgp.ts";
import { keyServerUrl } from "../repositories/signing-key.ts";

const hasGpg = spawnSync("gpg", ["--version"]).status === 0;

interface Key {
  readonly armoured: string;
  readonly bare: Buffer;
  readonly fingerprint: string;
}

/** Made once: it takes a while. */
function makeKey(): Key {
  const { path: home, release } = temporaryDirectory();
  const gpg = (...words: readonly string[]) =>
    execFileSync("gpg", ["--homedir", home, "--batch", "--no-tty", ...words], {
      stdio: ["ignore", "pipe", "ignore"],
    });
  gpg("--passphrase", "", "--quick-gen-key", "Test <t@example.org>", "ed25519", "sign", "never");
  const listing = gpg("--with-colons", "--fingerprint").toString();
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listing)?.[1] ?? "";
  const key = { armoured: gpg("--armor", "--export").toString(), bare: gpg("--export"), fingerprint };
  spawnSync("gpgconf", ["--homedir", home, "--kill", "all"]);
  release();
  return key;
}

const object = (parameters: string, mode = "enforcing") => `
compliance:
  name: repo
  mode: ${mode}
  verify_if: "True"
  rule: { type: repository, parameters: { ${parameters} } }
`;
const url = 'url: "http://repo.example.org/debian stable main"';

async function host(parameters: string, { mode = "enforcing", release = "debian" } = {}) {
  return await complianceOn({
    "objects.d/repo.yml": object(parameters, mode),
    "host/etc/os-release": `ID=${release}\n`,
    "host/etc/apt/sources.list": "deb http://deb.example.org/debian stable main\n",
    "host/etc/apt/sources.list.d/x.list": "# deb http://repo.example.org/debian stable main\n",
    "host/etc/yum.repos.d/x.repo": "",
  });
}

describe("repository", () => {
  it("writes apt's source, once", async () => {
    const { launch, inHost } = await host(`name: "My Repo/../x", ${url}`);
    const path = "/etc/apt/sources.list.d/my-repo-..-x.list";
    expect((await launch("repo")).lines).toEqual([
      `ERROR the repository http://repo.example.org/debian stable main is not in ${path}`,
      `FIX the repository http://repo.example.org/debian stable main was written into ${path}`,
    ]);
    expect(readFileSync(inHost(path), "utf8")).toBe("deb http://repo.example.org/debian stable main\n");
    expect(statSync(inHost(path)).mode & 0o777).toBe(0o644);
    const before = snapshot(inHost("etc"));
    expect((await launch("repo")).state).toBe("COMPLIANT");
    expect(snapshot(inHost("etc"))).toEqual(before);
  });

  it("sees a source that stands somewhere else", async () => {
    const { launch, home } = await host(
      'name: main, url: "http://deb.example.org/debian/  stable main"'.replace("  ", " "),
    );
    const before = snapshot(home);
    expect((await launch("repo")).lines).toEqual([
      "COMPLIANT the repository http://deb.example.org/debian/ stable main stands in /etc/apt/sources.list",
    ]);
    expect(snapshot(home)).toEqual(before);
  });

  it("changes nothing when it audits", async () => {
    const { launch, home } = await host(`name: r, ${url}, key: "https://127.0.0.1:1/key.asc"`, {
      mode: "audit",
    });
    const before = snapshot(home);
    expect((await launch("repo")).lines).toEqual([
      "ERROR the key https://127.0.0.1:1/key.asc is not in /etc/apt/keyrings/r.asc",
    ]);
    expect(snapshot(home)).toEqual(before);
  });

  it("writes dnf's file with signatures asked for", async () => {
    const { launch, inHost } = await host('name: My, url: "https://r.example.org/9"', { release: "fedora" });
    expect((await launch("repo")).state).toBe("FIXED");
    expect(readFileSync(inHost("etc/yum.repos.d/my.repo"), "utf8")).toBe(
      "[my]\nname=My\nbaseurl=https://r.example.org/9\nenabled=1\ngpgcheck=1\n",
    );
  });

  it("says so where repositories are not managed", async () => {
    const { launch } = await host(`name: r, ${url}`, { release: "alpine" });
    expect((await launch("repo")).lines).toEqual(["ERROR repositories of apk are not managed"]);
  });

  it.each([
    ["options in place of an address", 'name: r, url: "[trusted=yes] http://x y z"', "url"],
    ["a second line", 'name: r, url: "http://x y z\\ndeb http://evil y z"', "url"],
    ["a second line in the name", 'name: "r\\ngpgcheck=0", url: "http://x y"', "name"],
    ["a key that can be changed on its way", `name: r, ${url}, key: "http://x/key"`, "key"],
    ["a fingerprint without a server", `name: r, ${url}, key: ABCDEF0123456789`, "key"],
    [
      "no fingerprint for a server",
      `name: r, ${url}, key: "https://x/key", key-server: keys.example.org`,
      "key",
    ],
    ["a server without a fingerprint", `name: r, ${url}, key-server: keys.example.org`, "key"],
    ["a path for a server", `name: r, ${url}, key: ABCDEF0123456789, key-server: "x/../y"`, "key-server"],
  ])("refuses %s", async (_name, parameters, key) => {
    const { compliance, lines } = await host(parameters);
    expect(compliance.reports()).toEqual([]);
    expect(lines.join("")).toContain(`compliance.rule.parameters.${key}: `);
  });
});

describe("a key server", () => {
  it.each([
    ["keys.example.org", "https://keys.example.org/"],
    ["hkp://keys.example.org:80", "https://keys.example.org/"],
    ["hkp://keys.example.org:11371/", "https://keys.example.org/"],
    ["hkps://keys.example.org:8443", "https://keys.example.org:8443/"],
    ["https://keys.example.org", "https://keys.example.org/"],
    ["http://keys.example.org/x", undefined],
    ["user@keys.example.org", undefined],
    ["", undefined],
  ])("%s is asked at %s", (server, address) => {
    expect(keyServerUrl(server)?.href).toBe(address);
  });
});

describe.skipIf(!hasGpg)("keys", () => {
  let key: Key;
  beforeAll(() => {
    key = makeKey();
  }, 60_000);

  it("have the fingerprint that gpg says, with armour and without", () => {
    expect(publicKeys(key.bare)).toEqual([key.fingerprint.toLowerCase()]);
    expect(withoutArmour(key.armoured)?.equals(key.bare)).toBe(true);
    expect(withoutArmour(withArmour(key.bare))?.equals(key.bare)).toBe(true);
    expect(publicKeys(Buffer.concat([key.bare, key.bare]))).toHaveLength(2);
  });

  it("are all taken where several stand in a file, each in its armour", () => {
    const other = withArmour(key.bare).replace("BLOCK-----\n\n", "BLOCK-----\r\nComment: x\r\n\r\n");
    const both = withoutArmour(`of two people\n${key.armoured}\nand\n${other}`);
    expect(both?.equals(Buffer.concat([key.bare, key.bare]))).toBe(true);
    // One that begins and does not end costs no time: there is a MiB of those.
    expect(withoutArmour("-----BEGIN PGP PUBLIC KEY BLOCK-----\n".repeat(28_000))).toBeUndefined();
  });

  it.each([
    ["fedora", "etc/yum.repos.d"],
    ["opensuse-leap", "etc/zypp/repos.d"],
  ])("of %s are proved here, and its program is given the file", async (release, directory) => {
    const { server, digest, keyParameters } = await keyServer();
    const { launch, inHost } = await host(
      `name: My, url: "https://r.example.org/9", ${keyParameters(digest)}`,
      {
        release,
      },
    );
    expect((await launch("repo")).state).toBe("FIXED");
    expect(readFileSync(inHost(`${directory}/my.repo`), "utf8")).toBe(
      [
        `# key: http://127.0.0.1:${server.port}/key sha256 ${digest}`,
        ...["[my]", "name=My", "baseurl=https://r.example.org/9", "enabled=1", "gpgcheck=1"],
        "gpgkey=file:///etc/pki/rpm-gpg/my\n",
      ].join("\n"),
    );
    expect(readFileSync(inHost("etc/pki/rpm-gpg/my"), "utf8")).toBe(withArmour(key.bare));
    expect((await launch("repo")).state).toBe("COMPLIANT");
  });

  it("of dnf that are other ones are not taken, and no repository is written", async () => {
    const { keyParameters } = await keyServer();
    const { launch, home } = await host(
      `name: My, url: "https://r.example.org/9", ${keyParameters("a".repeat(64))}`,
      { release: "fedora" },
    );
    expect((await launch("repo")).lines.at(-1)).toMatch(/^ERROR the key is not the right one/);
    expect(snapshot(`${home}/host`).filter((one) => /my(\.repo)? /.test(one))).toEqual([]);
  });

  it.each([
    ["no key", "", ": what is there is no public key of OpenPGP"],
    ["a key of unknown origin", "key", ": what is there is not known to be from there"],
  ])("are fetched again where there is %s", async (_name, content, wrong) => {
    const { digest, keyParameters, server } = await keyServer();
    const path = "/etc/apt/keyrings/r.asc";
    const { launch, inHost } = await host(`name: r, ${url}, ${keyParameters(digest)}`);
    mkdirSync(inHost("etc/apt/keyrings"));
    writeFileSync(inHost(path), content === "key" ? key.bare : "planted");
    const { lines } = await launch("repo");
    expect(lines[0]).toBe(`ERROR the key http://127.0.0.1:${server.port}/key is not in ${path}${wrong}`);
    expect(readFileSync(inHost(path), "utf8")).toBe(withArmour(key.bare));
    expect((await launch("repo")).state).toBe("COMPLIANT");
  });

  it("are fetched again when another digest is wanted", async () => {
    const { digest, keyParameters, server } = await keyServer();
    const { launch, home } = await host(`name: r, ${url}, ${keyParameters(digest)}`);
    expect((await launch("repo")).state).toBe("FIXED");
    const body = `another file\n${key.armoured}`;
    server.reply({ status: 200, body });
    const next = createHash("sha256").update(body).digest("hex");
    const again = await complianceOn(
      { "objects.d/repo.yml": object(`name: r, ${url}, ${keyParameters(next)}`) },
      { home },
    );
    expect((await again.launch("repo")).lines.filter((line) => line.startsWith("FIX"))).toHaveLength(2);
    expect(server.asked).toHaveLength(2);
    expect((await again.launch("repo")).state).toBe("COMPLIANT");
  });

  it("of a key server are the file's own proof", async () => {
    const path = "/etc/apt/keyrings/r.asc";
    const own = await host(`name: r, ${url}, key: "${key.fingerprint}", key-server: 127.0.0.1:1`);
    mkdirSync(own.inHost("etc/apt/keyrings"));
    writeFileSync(own.inHost(path), key.armoured);
    expect((await own.launch("repo")).lines[0]).toBe(`COMPLIANT the key is in ${path}`);
    const wanted = "0".repeat(40);
    const other = await host(`name: r, ${url}, key: "${wanted}", key-server: 127.0.0.1:1`);
    mkdirSync(other.inHost("etc/apt/keyrings"));
    writeFileSync(other.inHost(path), key.armoured);
    expect((await other.launch("repo")).lines[0]).toBe(
      `ERROR the key ${wanted} is not in ${path}: what is there is the key ${key.fingerprint.toLowerCase()}, and ${wanted} is wanted`,
    );
  });

  async function keyServer() {
    const server = await startServer();
    onTestFinished(() => server.stop());
    server.reply({ status: 200, body: key.armoured });
    const keyParameters = (digest: string) =>
      `key: "http://127.0.0.1:${server.port}/key", key_sha256: ${digest}`;
    return { server, keyParameters, digest: createHash("sha256").update(key.armoured).digest("hex") };
  }

  it("that were cut or changed are no keys, and never a crash", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(200), (noise, cut) => {
        expect(publicKeys(Buffer.from(noise)).length).toBeLessThan(300);
        const changed = Buffer.concat([key.bare.subarray(0, cut), Buffer.from(noise)]);
        expect(publicKeys(changed)).not.toContain(`${key.fingerprint} `);
        withoutArmour(Buffer.from(noise).toString("latin1"));
      }),
    );
    expect(publicKeys(key.bare.subarray(0, 20))).toEqual([]);
  });

  it.each(["armoured", "bare"] as const)(
    "that come %s are written in armour, and signed-by names them",
    async (form) => {
      const server = await startServer();
      onTestFinished(() => server.stop());
      // The server of this test answers with texts.
      const body = form === "armoured" ? key.armoured : key.bare;
      server.reply({ status: 200, body: body as string });
      const digest = createHash("sha256").update(body).digest("hex");
      const { launch, inHost } = await host(
        `name: r, ${url}, key: "http://127.0.0.1:${server.port}/key", key_sha256: ${digest}`,
      );
      const report = await launch("repo");
      expect(report.lines.filter((line) => line.startsWith("FIX"))).toHaveLength(2);
      expect(readFileSync(inHost("etc/apt/sources.list.d/r.list"), "utf8")).toBe(
        `# key: http://127.0.0.1:${server.port}/key sha256 ${digest}\n` +
          "deb [signed-by=/etc/apt/keyrings/r.asc] http://repo.example.org/debian stable main\n",
      );
      const shown = spawnSync("gpg", ["--show-keys", "--with-colons", inHost("etc/apt/keyrings/r.asc")]);
      expect(shown.stdout.toString()).toContain(key.fingerprint);
      expect((await launch("repo")).state).toBe("COMPLIANT");
    },
  );

  it.each([
    ["another one", "evil", /^ERROR the key is not the right one/],
    ["none at all", "<html>", /^ERROR what came is no public key/],
  ])("that are %s are not taken, and no source is written", async (kind, body, line) => {
    const server = await startServer();
    onTestFinished(() => server.stop());
    server.reply({ status: 200, body });
    const digest = createHash("sha256")
      .update(kind === "another one" ? "good" : body)
      .digest("hex");
    const { launch, home } = await host(
      `name: r, ${url}, key: "http://127.0.0.1:${server.port}/key", key_sha256: ${digest}`,
    );
    const report = await launch("repo");
    expect([report.state, report.lines.at(-1)]).toEqual(["ERROR", expect.stringMatching(line)]);
    expect(snapshot(`${home}/host`).filter((one) => /r\.(list|asc)/.test(one))).toEqual([]);
  });

  it.skipIf(!isRoot || !hasApt)(
    "prove a repository whose package is installed by the next rule",
    async () => {
      const home = directoryOfTest();
      const { path: gpgHome, release } = temporaryDirectory();
      onTestFinished(release);
      const source = makeRepository(home);
      const directory = join(home, "repository");
      const gpg = (...words: readonly string[]) =>
        execFileSync("gpg", ["--homedir", gpgHome, "--batch", "--no-tty", ...words], { stdio: "ignore" });
      gpg("--passphrase", "", "--quick-gen-key", "Repo <r@example.org>", "ed25519", "sign", "never");
      const packages = readFileSync(join(directory, "Packages"));
      const sum = createHash("sha256").update(packages).digest("hex");
      writeFileSync(
        join(home, "Release"),
        `Date: Mon, 01 Jan 2024 00:00:00 UTC\nSHA256:\n ${sum} ${packages.length} Packages\n`,
      );
      gpg("--output", join(directory, "InRelease"), "--clearsign", join(home, "Release"));
      gpg("--armor", "--output", join(home, "key.asc"), "--export");
      spawnSync("gpgconf", ["--homedir", gpgHome, "--kill", "all"]);
      const server = await startServer();
      onTestFinished(() => server.stop());
      const body = readFileSync(join(home, "key.asc"), "utf8");
      server.reply({ status: 200, body });
      makePackageRoot(join(home, "host"));
      mkdirSync(join(home, "objects.d"));
      const digest = createHash("sha256").update(body).digest("hex");
      writeFileSync(
        join(home, "objects.d/tiny.yml"),
        `compliance:
  name: source
  mode: enforcing
  verify_if: "True"
  rule:
    type: repository
    parameters: { name: tiny, url: "${source}", key: "http://127.0.0.1:${server.port}/k", key_sha256: ${digest} }
---
compliance:
  name: tiny
  mode: enforcing
  verify_if: "True"
  rule: { type: package-install, parameters: { packages: [${tiny}] } }
`,
      );
      const { launch, inHost } = await complianceOn({}, { home });
      expect((await launch("source")).state).toBe("FIXED");
      // The source is right for the directory once it is /; apt is not in it now.
      const list = inHost("etc/apt/sources.list.d/tiny.list");
      const inside = readFileSync(list, "utf8");
      const signedBy = (path: string) =>
        writeFileSync(list, inside.replace("/etc/apt/keyrings/tiny.asc", path));
      signedBy(join(home, "none.asc"));
      expect((await launch("tiny")).lines.at(-1)).toMatch(/^ERROR apt-get ended with 100: /);
      // A source that is written anew makes the lists old.
      expect((await launch("source")).lines[1]).toMatch(/^ERROR the repository .* is otherwise in /);
      signedBy(inHost("etc/apt/keyrings/tiny.asc"));
      const report = await launch("tiny");
      expect(report.lines.slice(-2)).toEqual([
        `ERROR the package ${tiny} is not installed`,
        `FIX the package ${tiny} was installed`,
      ]);
    },
  );
});
