// add, is_added and remove against a real management server (contract happo §1.3), directly and through HTTP proxies.
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeCertificate, run } from "../../test/support/cli.ts";
import { startServer, type TestServer } from "../../test/support/https-stub.ts";
import { temporaryDirectory } from "../../test/support/temporary.ts";

let server: TestServer;
let endpoint: string;
beforeAll(async () => {
  server = await startServer();
  endpoint = `http://127.0.0.1:${server.port}`;
});
afterAll(() => server.stop());
beforeEach(() => {
  server.asked.length = 0;
  server.reply({ status: 200 });
});

const host = ["-g", "GRP!SUB", "-i", "10.1.2.3"];
const call = (verb: string, ...args: string[]) => run([verb, "-e", endpoint, ...host, ...args]);
const sent = () => JSON.parse(server.asked[0]?.body ?? "");

describe("verdicts", () => {
  it.each<[string, number, string, string, number]>([
    ["add", 200, "Success.\n", "", 0],
    ["add", 302, "", "Conflict!\n", 1],
    ["add", 201, "", "Failed! [201] said so\n", 1],
    ["add", 403, "", "Failed! [403] said so\n", 1],
    ["add", 404, "", "Failed! [404] said so\n", 1],
    ["add", 500, "", "Failed! [500] said so\n", 1],
    ["is_added", 302, "Found.\n", "", 0],
    ["is_added", 404, "", "Not found.\n", 1],
    ["is_added", 200, "", "Unknown Status\n", 2],
    ["is_added", 500, "", "Unknown Status\n", 2],
    ["remove", 200, "Success.\n", "", 0],
    ["remove", 302, "", "Failed! [302] said so\n", 1],
    ["remove", 404, "", "Failed! [404] said so\n", 1],
    ["remove", 500, "", "Failed! [500] said so\n", 1],
  ])("%s and %i", async (verb, status, stdout, stderr, exit) => {
    server.reply({ status, body: "said so\n", headers: { location: `${endpoint}/elsewhere` } });
    expect(await call(verb)).toEqual({ stdout, stderr, exit });
    expect(server.asked.map(({ url }) => url)).toEqual([`/manage/${verb}`]);
  });
});

describe("requests", () => {
  it("adds with everything", async () => {
    await call("add", "-H", "web1", "-p", "192.0.2.1:6777", "-p", "192.0.2.2", "-P", "6778");
    expect(server.asked[0]).toMatchObject({
      method: "POST",
      headers: { "content-type": "application/json" },
    });
    expect(sent()).toEqual({
      apikey: "",
      hostdata: {
        group_name: "GRP!SUB",
        ip: "10.1.2.3",
        hostname: "web1",
        port: 6778,
        proxies: ["192.0.2.1:6777", "192.0.2.2"],
      },
    });
  });

  it("adds with nothing more than it must", async () => {
    await call("add");
    expect(sent().hostdata).toMatchObject({ hostname: "", port: 6777, proxies: [] });
  });

  it.each(["is_added", "remove"])("%s knows no proxies and no host name", async (verb) => {
    await call(verb);
    expect(sent().hostdata).toMatchObject({ hostname: "", port: 6777, proxies: null });
  });

  it("takes its values from the environment", async () => {
    const environment = {
      HAPPO_AGENT_ENDPOINT: endpoint,
      HAPPO_AGENT_GROUP_NAME: "G",
      HAPPO_AGENT_IP: "10.0.0.1",
      HAPPO_AGENT_HOSTNAME: "h",
      HAPPO_AGENT_PORT: "not a number",
      HAPPO_AGENT_PROXY: "192.0.2.1, 192.0.2.2",
    };
    await run(["add", "-p", "192.0.2.3,192.0.2.4"], { environment });
    expect(sent().hostdata).toEqual({
      group_name: "G",
      ip: "10.0.0.1",
      hostname: "h",
      port: 6777,
      proxies: ["192.0.2.1", "192.0.2.2", "192.0.2.3,192.0.2.4"],
    });
  });

  it("appends its path to the endpoint as text", async () => {
    await run(["add", "-e", `${endpoint}/api/`, ...host]);
    expect(server.asked[0]?.url).toBe("/api//manage/add");
  });
});

describe("calls that send nothing", () => {
  const unset = "ERROR: endpoint must set with args or environment variable\n";
  it.each([
    [["add", ...host], unset],
    [["is_added", ...host], unset],
    [["remove"], unset],
    [["add", "-e", "http://127.0.0.1:1", "-i", "10.1.2.3"], "group_name is null\n"],
    [["add", "-e", "http://127.0.0.1:1", "-g", "", "-i", "10.1.2.3"], "group_name is null\n"],
    [["remove", "-e", "http://127.0.0.1:1", "-g", "G"], "ip is null\n"],
    [["add", "-e", "ftp://m.example", ...host], "the endpoint has the unsupported scheme ftp://\n"],
    [["add", "-e", "m.example", ...host], "the endpoint is not a URL: m.example/manage/add\n"],
  ])("%j", async (argv, stderr) => {
    expect(await run(argv)).toEqual({ exit: 1, stdout: "", stderr });
  });

  it("says that nobody listens", async () => {
    const { exit, stderr } = await run(["add", "-e", "http://127.0.0.1:1", ...host]);
    expect(stderr).toContain("ECONNREFUSED");
    expect(exit).toBe(1);
  });

  it("does not believe a certificate that the system does not know", async () => {
    const directory = temporaryDirectory();
    const secure = await startServer({ tls: makeCertificate(directory.path) });
    const { exit, stderr } = await run(["add", "-e", `https://127.0.0.1:${secure.port}`, ...host]);
    await secure.stop();
    directory.release();
    expect(stderr).toMatch(/self-signed certificate/);
    expect({ exit, asked: secure.asked.length }).toEqual({ exit: 1, asked: 0 });
  });
});

describe("HTTP proxies", () => {
  it("get the whole URL of a plain request, and their credentials", async () => {
    const environment = { HTTP_PROXY: `http://u:p%40@127.0.0.1:${server.port}` };
    const { exit } = await run(["add", "-e", "http://m:s@manage.example:8080/x", ...host], { environment });
    expect(exit).toBe(0);
    expect(server.asked[0]?.url).toBe("http://manage.example:8080/x/manage/add");
    expect(server.asked[0]?.headers).toMatchObject({
      host: "manage.example:8080",
      "proxy-authorization": `Basic ${Buffer.from("u:p@").toString("base64")}`,
      authorization: `Basic ${Buffer.from("m:s").toString("base64")}`,
    });
    expect(sent().hostdata.ip).toBe("10.1.2.3");
  });

  it("tunnel a request over TLS, and see none of it", async () => {
    const directory = temporaryDirectory();
    const secure = await startServer({ tls: makeCertificate(directory.path) });
    const asked: string[] = [];
    server.server.once("connect", (request, socket) => {
      asked.push(request.url ?? "");
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      const through = connect(secure.port, "127.0.0.1");
      socket.pipe(through).pipe(socket);
      for (const end of [socket, through]) end.on("error", () => {});
    });
    const environment = { HTTPS_PROXY: `http://127.0.0.1:${server.port}` };
    const { exit, stderr } = await run(["add", "-e", "https://manage.example", ...host], { environment });
    await secure.stop();
    directory.release();
    expect(asked).toEqual(["manage.example:443"]);
    expect(stderr).toMatch(/self-signed certificate/);
    expect({ exit, asked: server.asked }).toEqual({ exit: 1, asked: [] });
  });

  it("that refuse are named", async () => {
    server.server.once("connect", (_request, socket) => socket.end("HTTP/1.1 407 Who are you\r\n\r\n"));
    const environment = { HTTPS_PROXY: `http://127.0.0.1:${server.port}` };
    const { exit, stderr } = await run(["add", "-e", "https://manage.example", ...host], { environment });
    expect(stderr).toBe(`proxy 127.0.0.1:${server.port}: answered 407 to CONNECT manage.example:443\n`);
    expect(exit).toBe(1);
  });

  it("that talk nonsense are named", async () => {
    const nonsense = createServer((socket) => socket.end("SSH-2.0-x\r\n")).listen(0, "127.0.0.1");
    await once(nonsense, "listening");
    const at = `127.0.0.1:${(nonsense.address() as AddressInfo).port}`;
    for (const scheme of ["http", "https"]) {
      const environment = { HTTP_PROXY: at, HTTPS_PROXY: at };
      const { exit, stderr } = await run(["add", "-e", `${scheme}://manage.example`, ...host], {
        environment,
      });
      expect(stderr).toContain(`proxy ${at}: `);
      expect(exit).toBe(1);
    }
    nonsense.close();
  });
});
