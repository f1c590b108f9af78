// The Nagios side against a real HTTPS server (contract happo §1.7, §12.6 P8 and P9).
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeCertificate, run, type TestCertificate } from "../../../test/support/cli.ts";
import { type Reply, startServer, type TestServer } from "../../../test/support/https-stub.ts";
import { temporaryDirectory } from "../../../test/support/temporary.ts";

const directory = temporaryDirectory();
let certificate: TestCertificate;
let agent: TestServer;

beforeAll(async () => {
  certificate = makeCertificate(directory.path);
  agent = await startServer({ tls: certificate });
});
afterAll(async () => {
  await agent.stop();
  directory.release();
});
beforeEach(() => {
  agent.asked.length = 0;
  agent.reply(answer({ return_value: 0, message: "OK" }));
});

const answer = (value: unknown, status = 200): Reply => ({ status, body: JSON.stringify(value) });
const check = (...args: string[]) =>
  run(["check", "-H", "127.0.0.1", "-P", String(agent.port), "-p", "check_x", ...args]);
const asked = () => JSON.parse(agent.asked[0]?.body ?? "");

describe("answers", () => {
  it.each<[string, Reply, string, number]>([
    ["OK", answer({ return_value: 0, message: "LOAD OK\n" }), "LOAD OK\n", 0],
    ["WARNING", answer({ return_value: 1, message: "W" }), "W", 1],
    ["CRITICAL", answer({ return_value: 2, message: "C" }), "C", 2],
    ["UNKNOWN", answer({ return_value: 3, message: "U" }), "U", 3],
    ["another state", answer({ return_value: 127, message: "no such" }), "no such", 127],
    ["the largest state", answer({ return_value: 255, message: "m" }), "m", 255],
    ["a state beyond", answer({ return_value: 256, message: "m" }), "m", 3],
    ["a negative state", answer({ return_value: -1, message: "m" }), "m", 3],
    ["control characters to a pipe", answer({ return_value: 0, message: "\u001b[2J" }), "\u001b[2J", 0],
    [
      "504",
      answer({ return_value: 3, message: "late" }, 504),
      "UNKNOWN(happo-agent): happo-agent returns 504",
      3,
    ],
    [
      "403 in text",
      { status: 403, body: "Access Denied\n" },
      "ERROR(happo-agent): happo-agent returns 403",
      2,
    ],
    [
      "500 with a message",
      answer({ return_value: 3, message: "Post: refused" }, 500),
      "ERROR(happo-agent): happo-agent returns 500: Post: refused",
      2,
    ],
    ["503 with other JSON", answer(["x"], 503), "ERROR(happo-agent): happo-agent returns 503", 2],
    [
      "a redirect",
      { status: 302, headers: { location: "/" } },
      "ERROR(happo-agent): happo-agent returns 302",
      2,
    ],
    ["201", answer({ return_value: 0, message: "" }, 201), "ERROR(happo-agent): happo-agent returns 201", 2],
    ["a page", { status: 200, body: "<html>" }, "ERROR(check_happo): the answer is not JSON", 2],
    ["nothing", { status: 200 }, "ERROR(check_happo): the answer is not JSON", 2],
    ["JSON without a state", answer({}), "ERROR(check_happo): the answer is not that of a check", 2],
    ["a broken connection", "cut", "ERROR(happo-agent): socket hang up", 2],
  ])("%s", async (_what, reply, stdout, exit) => {
    agent.reply(reply);
    expect(await check()).toEqual({ stdout, exit, stderr: "" });
  });

  it("leaves the reason of a refusal out as check_happo, whose words are known to scripts", async () => {
    agent.reply(answer({ return_value: 3, message: "Post: refused" }, 500));
    const argv = ["monitor", "-H", "127.0.0.1", "-P", String(agent.port), "--plugin_name", "check_x"];
    expect(await run(argv, { calledPath: "/usr/lib/nagios/plugins/check_happo" })).toEqual({
      exit: 2,
      stdout: "ERROR(happo-agent): happo-agent returns 500",
      stderr: "",
    });
  });

  it("is an error when the client's time is over", async () => {
    agent.reply("hang");
    const { stdout, exit } = await check("-t", "1");
    expect({ stdout, exit }).toEqual({ stdout: "ERROR(happo-agent): no answer within 1000 ms", exit: 2 });
  });

  it("is an error when nobody listens", async () => {
    const probe = createServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    const { port } = probe.address() as AddressInfo;
    probe.close();
    const { stdout, exit } = await run(["check", "-H", "127.0.0.1", "-P", String(port), "-p", "x"]);
    expect(stdout).toMatch(/^ERROR\(happo-agent\): .*ECONNREFUSED/);
    expect(exit).toBe(2);
  });

  it("escapes control characters for a terminal", async () => {
    agent.reply(answer({ return_value: 0, message: "a\u001b[2J\tb\nc" }));
    const argv = ["check", "-H", "127.0.0.1", "-P", String(agent.port), "-p", "check_x"];
    expect((await run(argv, { tty: true })).stdout).toBe("a\\u001b[2J\tb\nc\n");
  });

  it("prints JSON when asked", async () => {
    agent.reply(answer({ return_value: 1, message: "W", more: 1 }));
    const { stdout, exit } = await check("--json");
    expect(JSON.parse(stdout)).toEqual({ return_value: 1, message: "W" });
    expect(exit).toBe(1);
  });
});

describe("requests", () => {
  it("are those of the original's command line", async () => {
    const argv = ["check", "monitor", "--host", "127.0.0.1", "--port", String(agent.port)];
    const flags = ["--plugin_name", "check_x", "--plugin_option", "-w 1 -c 2"];
    expect((await run([...argv, ...flags])).exit).toBe(0);
    expect(asked()).toEqual({ apikey: "", plugin_name: "check_x", plugin_option: "-w 1 -c 2" });
  });

  it("asks directly, and closes the connection", async () => {
    await check("-o", "-w 1 -c 2");
    expect(agent.asked[0]).toMatchObject({ method: "POST", url: "/monitor" });
    expect(agent.asked[0]?.headers).toMatchObject({
      connection: "close",
      "content-type": "application/json",
    });
    expect(asked()).toEqual({ apikey: "", plugin_name: "check_x", plugin_option: "-w 1 -c 2" });
  });

  it.each([
    ["P8", [], ["10.0.0.1:6777"]],
    ["P9", ["172.16.0.1"], ["172.16.0.1", "10.0.0.1:6777"]],
  ])("goes through proxies: %s", async (_id, others, hops) => {
    const proxies = [`127.0.0.1:${agent.port}`, ...others].flatMap((proxy) => ["-X", proxy]);
    const { exit } = await run(["check", "-H", "10.0.0.1", ...proxies, "-p", "check_x", "-o", "-w 1"]);
    expect(exit).toBe(0);
    expect(agent.asked[0]?.url).toBe("/proxy");
    const { proxy_hostport, request_type, request_json } = asked();
    expect({ proxy_hostport, request_type }).toEqual({ proxy_hostport: hops, request_type: "monitor" });
    expect(JSON.parse(Buffer.from(request_json, "base64").toString())).toEqual({
      apikey: "",
      plugin_name: "check_x",
      plugin_option: "-w 1",
    });
  });

  it("gives the token to each hop, and shows it nowhere", async () => {
    const file = join(directory.path, "token");
    writeFileSync(file, "0123456789abcdef\n");
    const proxy = ["-X", `127.0.0.1:${agent.port}`];
    const { stderr } = await run(["check", "-H", "edge", ...proxy, "-p", "x", "--token-file", file, "-v"]);
    const inner = JSON.parse(Buffer.from(asked().request_json, "base64").toString());
    expect([asked().apikey, inner.apikey]).toEqual(["0123456789abcdef", "0123456789abcdef"]);
    const warning =
      "yagura: the token goes to an agent whose certificate is not checked; see --ca and --pin\n";
    expect(stderr.startsWith(warning)).toBe(true);
    expect(stderr.slice(warning.length)).toMatch(/^> POST https:.*\/proxy\n> \{.*\}\n< 200 in [\d.]+ ms\n$/);
    expect(stderr).not.toContain("0123456789abcdef");
    expect(stderr).not.toContain(Buffer.from("0123456789abcdef").toString("base64").slice(0, 12));
  });
});

describe("trust", () => {
  it("warns of a token that is sent without looking, and only of that", async () => {
    const token = ["--token", "0123456789abcdef"];
    expect((await check(...token)).stderr).toContain("not checked");
    expect((await check(...token, "--pin", certificate.fingerprint)).stderr).toBe("");
    expect((await check()).stderr).toBe("");
  });

  it("accepts the pinned certificate, however the fingerprint is written", async () => {
    const pins = [certificate.fingerprint, certificate.fingerprint.replaceAll(":", "").toLowerCase()];
    for (const pin of [...pins, `sha256:${pins[1]}`]) expect((await check("--pin", pin)).exit).toBe(0);
  });

  it("sends nothing to another certificate", async () => {
    const { stdout, exit } = await check("--pin", "00".repeat(32));
    expect(stdout).toMatch(
      /^ERROR\(happo-agent\): the certificate's fingerprint is [0-9a-f]{64}, not the pinned one$/,
    );
    expect(exit).toBe(2);
    expect(agent.asked).toEqual([]);
  });

  it("accepts a certificate of the given authority, and no other", async () => {
    expect((await check("--ca", certificate.certFile)).exit).toBe(0);
    const other = temporaryDirectory();
    const { certFile } = makeCertificate(other.path);
    const { stdout, exit } = await check("--ca", certFile);
    other.release();
    expect(stdout).toMatch(/^ERROR\(happo-agent\): /);
    expect(exit).toBe(2);
  });
});

describe("wrong calls", () => {
  it.each([
    [["-p", "x"], "-host is missing"],
    [["-H", "h"], "-plugin is missing"],
    [["-H", "h", "-p", "x", "-t", "0"], "-timeout must be between 1 and 86400"],
    [["-H", "h", "-p", "x", "-P", "65536"], "-port must be between 1 and 65535"],
    [["-H", "h", "-p", "x", "--pin", "abc"], "-pin is not a SHA-256 fingerprint of 64 hexadecimal digits"],
  ])("%j says on stdout, for Nagios, that %s", async (args, reason) => {
    expect(await run(["check", ...args])).toEqual({
      exit: 2,
      stdout: `ERROR(check_happo): ${reason}`,
      stderr: "",
    });
  });

  it("says that a token file is missing", async () => {
    const { stdout, exit } = await check("--token-file", "/nonexistent/token");
    expect(stdout).toContain("cannot read the token /nonexistent/token");
    expect(exit).toBe(2);
  });

  it("says that a host cannot be one", async () => {
    const { stdout, exit } = await run(["check", "-H", "no host", "-p", "x"]);
    expect(stdout).toMatch(/^ERROR\(happo-agent\): /);
    expect(exit).toBe(2);
  });
});
