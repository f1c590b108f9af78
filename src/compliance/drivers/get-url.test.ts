// A real server on a loopback port, and a directory that stands for /.
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Reply, startServer } from "../../../test/support/https-stub.ts";
import { complianceOn, snapshot } from "../compliance.fixture.ts";

const body = "the file\n";
const digest = (name: string, text = body) => createHash(name).update(text).digest("hex");

async function server(reply: Reply = { status: 200, body }) {
  const started = await startServer();
  started.reply(reply);
  onTestFinished(() => started.stop());
  return { ...started, url: `http://user:secret@127.0.0.1:${started.port}/files/tool.sh` };
}

const object = (url: string, more = "", mode = "enforcing") => `
compliance:
  name: tool
  mode: ${mode}
  verify_if: "True"
  rule:
    type: get-url
    parameters: { url: "${url}", dest_directory: /srv, ${more} }
    post_commands: "echo done"
`;

async function host(text: string, config: object = {}) {
  const on = await complianceOn({ "objects.d/tool.yml": text, "host/srv/other": "x" }, { config });
  return { ...on, files: () => readdirSync(on.inHost("srv")).sort() };
}

describe("get-url", () => {
  it("fetches, proves, and says at the second look that it is there", async () => {
    const { url, asked } = await server();
    const { launch, inHost, files } = await host(object(url, `sha1: ${digest("sha1").toUpperCase()}`));
    const first = await launch("tool");
    expect(first.lines).toEqual([
      "ERROR /srv/tool.sh is not there",
      "FIX /srv/tool.sh was fetched, and its sha1 is right",
      "SUCCESS echo done: ended well",
    ]);
    expect(readFileSync(inHost("srv/tool.sh"), "utf8")).toBe(body);
    expect(statSync(inHost("srv/tool.sh")).mode & 0o777).toBe(0o644);
    expect(files()).toEqual(["other", "tool.sh"]);
    const second = await launch("tool");
    expect(second.lines).toEqual(["COMPLIANT /srv/tool.sh is already there, and its sha1 is right"]);
    expect(asked).toHaveLength(1);
  });

  it("sees that the file was changed, and fetches it again", async () => {
    const { url } = await server();
    const { launch, inHost } = await host(object(url, `sha256: ${digest("sha256")}, md5: ${digest("md5")}`));
    await launch("tool");
    writeFileSync(inHost("srv/tool.sh"), "something else");
    const report = await launch("tool");
    expect(report.state).toBe("FIXED");
    expect(report.lines[0]).toMatch(/is not the right file: its md5 is /);
    expect(readFileSync(inHost("srv/tool.sh"), "utf8")).toBe(body);
  });

  it("only says what is missing when it audits", async () => {
    const { url, asked } = await server();
    const { launch, home } = await host(object(url, "", "audit"));
    const before = snapshot(home);
    expect((await launch("tool")).lines).toEqual(["ERROR /srv/tool.sh is not there"]);
    expect(snapshot(home)).toEqual(before);
    expect(asked).toEqual([]);
  });

  it.each<[string, Reply, object, RegExp]>([
    ["a wrong digest", { status: 200, body: "evil" }, {}, /not taken, its sha1 is .*, and .* is wanted$/],
    [
      "too much",
      { status: 200, body: "x".repeat(5000) },
      { download_limit: "4KiB" },
      /it is larger than 4096 bytes$/,
    ],
    ["an error", { status: 404, body: "no" }, {}, /the server answered 404$/],
    ["a broken answer", "cut", {}, /socket hang up|EOF/],
    ["an answer that never comes", "hang", { deadline: "300ms" }, /not done within 0.3 s|no answer within/],
    [
      "a way to another kind",
      { status: 302, headers: { location: "file:///etc/passwd" } },
      {},
      /leads to what is no http/,
    ],
    [
      "a way in a circle",
      { status: 302, headers: { location: "/files/tool.sh" } },
      {},
      /more than 3 redirects$/,
    ],
  ])("takes nothing over %s", async (_name, reply, config, line) => {
    const { url } = await server(reply);
    const { launch, files, lines } = await host(object(url, `sha1: ${digest("sha1")}`), config);
    const report = await launch("tool");
    expect(report.state).toBe("ERROR");
    expect(report.lines.at(-1)).toMatch(line);
    expect(files().filter((name) => !name.startsWith("."))).toEqual(["other"]);
    // Passwords in addresses are nobody's business.
    expect([...report.lines, ...lines].join("\n")).not.toContain("secret");
  });

  it("leaves nothing behind when it has failed", async () => {
    const { url } = await server({ status: 200, body: "evil" });
    const { launch, files } = await host(object(url, `sha1: ${digest("sha1")}`));
    await launch("tool");
    expect(files()).toEqual(["other"]);
  });

  it("follows a way to another place", async () => {
    const there = await server();
    const { url } = await server({ status: 301, headers: { location: there.url } });
    const { launch, inHost } = await host(object(url));
    expect((await launch("tool")).state).toBe("FIXED");
    expect(existsSync(inHost("srv/tool.sh"))).toBe(true);
  });

  it("replaces no link's target", async () => {
    const { url } = await server();
    const { launch, inHost } = await host(object(url));
    mkdirSync(inHost("etc"), { recursive: true });
    writeFileSync(inHost("etc/precious"), "precious");
    symlinkSync("/etc/precious", inHost("srv/tool.sh"));
    const report = await launch("tool");
    expect(report.lines.at(-1)).toMatch(/a link stands in its place; it is not followed$/);
    expect(readFileSync(inHost("etc/precious"), "utf8")).toBe("precious");
    expect(lstatSync(inHost("srv/tool.sh")).isSymbolicLink()).toBe(true);
  });

  it.each([
    ["ftp://127.0.0.1/x", "another kind of address"],
    ["http://127.0.0.1/", "no name of a file"],
    ["http://127.0.0.1/a/..%2f..%2fetc%2fpasswd", "a name that leaves the directory"],
    ["http://127.0.0.1/%2e%2e", "a name that is the directory above"],
  ])("refuses %s: %s", async (url) => {
    const { compliance, lines } = await host(object(url));
    expect(compliance.reports()).toEqual([]);
    expect(lines.join("")).toMatch(
      /tool\.yml:8:\d+: compliance tool: compliance\.rule\.parameters\.url: expected an http/,
    );
  });

  it("fails where the directory is not there", async () => {
    const { url } = await server();
    const { launch } = await host(object(url).replace("/srv", "/srv/none"));
    expect((await launch("tool")).lines).toEqual(["ERROR there is no directory /srv/none"]);
  });
});
