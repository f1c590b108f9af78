// Collectors `apache` and `nginx`, with the real servers on the loopback.
import { createHash } from "node:crypto";
import { chmodSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { abortListeners } from "../../../test/support/abort-listeners.ts";
import { type Daemon, freePort, startDaemon } from "../../../test/support/servers/daemon.ts";
import { readingOver, reportOf, sampleOf } from "../../../test/support/servers/reading.ts";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { apache } from "./apache.ts";
import { nginx } from "./nginx.ts";
import { parseServerStatus } from "./parsing/server-status.ts";
import { parseStubStatus } from "./parsing/stub-status.ts";

const get = async (url: string, times: number) => {
  for (let count = 0; count < times; count += 1) await (await fetch(url)).text();
};

/** Serves the pages by path, and 404 elsewhere. */
async function pages(byPath: Readonly<Record<string, string>>, status = 200) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const page = byPath[request.url ?? ""];
    response.writeHead(page === undefined ? 404 : status).end(page);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { asked, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe("nginx", () => {
  const directory = temporaryDirectory();
  let daemon: Daemon | undefined;
  let site = "";

  beforeAll(async () => {
    const port = await freePort();
    site = `http://127.0.0.1:${port}`;
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((kind) => `${kind}_temp_path ${directory.path}/${kind};`)
      .join("\n");
    const file = join(directory.path, "nginx.conf");
    writeFileSync(
      file,
      `daemon off; master_process off; pid ${directory.path}/nginx.pid; error_log stderr;
       events {}
       http { access_log off; ${temporary}
         server { listen 127.0.0.1:${port}; root ${directory.path};
           location = /nginx_status { stub_status; } } }`,
    );
    daemon = await startDaemon({
      command: "nginx",
      args: ["-p", directory.path, "-e", "stderr", "-c", file],
      port,
    });
  });
  afterAll(async () => {
    await daemon?.stop();
    directory.release();
  });

  it("counts connections, and requests by the time between two readings", async () => {
    const uri = `${site}/nginx_status`;
    const beganMs = performance.now();
    const reading = await readingOver(nginx, { uri }, () => get(`${site}/nothing`, 30));
    const elapsedSeconds = (performance.now() - beganMs) / 1000;
    expect(Object.keys(reading)).toEqual(["connections", "reqPerSec"]);
    expect(reading["connections"]).toBeGreaterThanOrEqual(1);
    // Thirty of the test and one of the agent itself.
    expect(reading["reqPerSec"]).toBeGreaterThanOrEqual(30 / elapsedSeconds);
  });

  it("has a reading after its first round", async () => {
    const report = await reportOf(nginx, { uri: `${site}/nginx_status` });
    expect(report).toMatchObject({ state: "OK", metrics: 2 });
  });

  it("says which status the page has", async () => {
    await expect(sampleOf(nginx, { uri: `${site}/elsewhere?token=hush` })).rejects.toMatchObject({
      code: "collector.unanswered",
      message: `${site}/elsewhere does not answer: the status is 404`,
    });
  });

  it("divides by the real time and gives no rate when the server started again", () => {
    const at = (requests: number) => ({ connections: 3, requests });
    expect(nginx.measure(at(150), { sample: at(100), elapsedMs: 4000 })).toEqual({
      connections: 3,
      reqPerSec: 12.5,
    });
    expect(nginx.measure(at(50), { sample: at(100), elapsedMs: 4000 })).toEqual({ connections: 3 });
    expect(nginx.measure(at(50), undefined)).toBeUndefined();
  });

  it("refuses credentials in its address", () => {
    const { error } = nginx.config.safeParse({ uri: "http://me:hush@localhost/" });
    expect(error?.issues).toHaveLength(1);
    expect(error?.message).toMatch(/must stand without them/);
    expect(error?.message).not.toContain("hush");
    expect(nginx.config.safeParse({ uri: "http://localhost/a@b" }).success).toBe(true);
  });
});

describe("apache", () => {
  const directory = temporaryDirectory();
  let daemon: Daemon | undefined;
  let hostname = "";
  const user = "watcher";
  const password = "s3cret of apache";

  beforeAll(async () => {
    // Workers run as another user, who must be able to read the list of passwords.
    chmodSync(directory.path, 0o755);
    const port = await freePort();
    hostname = `127.0.0.1:${port}`;
    const hash = createHash("sha1").update(password).digest("base64");
    writeFileSync(join(directory.path, "users"), `${user}:{SHA}${hash}\n`, { mode: 0o644 });
    const names = [
      ...["mpm_event", "authz_core", "authz_user", "authn_core", "authn_file"],
      ...["auth_basic", "status"],
    ];
    const file = join(directory.path, "apache.conf");
    writeFileSync(
      file,
      `${names.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join("\n")}
       ServerName localhost
       ServerRoot ${directory.path}
       DefaultRuntimeDir ${directory.path}
       PidFile ${directory.path}/apache.pid
       ErrorLog ${directory.path}/error.log
       User nobody
       Group nogroup
       StartServers 1
       ThreadsPerChild 8
       MinSpareThreads 1
       MaxSpareThreads 8
       MaxRequestWorkers 8
       Listen ${hostname}
       <Location /server-status>
         SetHandler server-status
         AuthType Basic
         AuthName status
         AuthUserFile ${directory.path}/users
         Require valid-user
       </Location>\n`,
    );
    daemon = await startDaemon({ command: "apache2", args: ["-DFOREGROUND", "-f", file], port });
  });
  afterAll(async () => {
    await daemon?.stop();
    directory.release();
  });

  it("counts workers, and requests by the time between two readings", async () => {
    const beganMs = performance.now();
    const reading = await readingOver(apache, { hostname, user, password }, () =>
      get(`http://${hostname}/nothing`, 30),
    );
    const elapsedSeconds = (performance.now() - beganMs) / 1000;
    expect(Object.keys(reading)).toEqual(["req/s", "busy_workers", "idle_workers"]);
    expect(reading["req/s"]).toBeGreaterThanOrEqual(25 / elapsedSeconds);
    expect(reading["busy_workers"]).toBeGreaterThanOrEqual(1);
    expect((reading["busy_workers"] as number) + (reading["idle_workers"] as number)).toBeLessThanOrEqual(8);
  });

  it.each([
    ["a wrong password", { user, password: "wrong of apache" }],
    ["no password", {}],
  ])("fails with %s and does not repeat it", async (_what, config) => {
    const failure: unknown = await sampleOf(apache, { hostname, ...config }).catch(
      (thrown: unknown) => thrown,
    );
    expect(failure).toMatchObject({
      code: "collector.unanswered",
      message: `http://${hostname}/server-status does not answer: the status is 401`,
    });
    expect(JSON.stringify(failure)).not.toMatch(/wrong of apache|watcher/);
  });

  it("takes the page below the directory where it is only there", async () => {
    const { host, asked } = await pages({ "/server-status/?auto": "BusyWorkers: 2\nIdleWorkers: 5\n" });
    const report = await reportOf(apache, { hostname: host });
    expect(report.results).toEqual({ busy_workers: 2, idle_workers: 5 });
    expect(asked).toEqual(["/server-status?auto", "/server-status/?auto"]);
  });

  it("leaves nobody listening for the end of its reading", async () => {
    const { host } = await pages({ "/server-status?auto": "BusyWorkers: 2\nIdleWorkers: 5\n" });
    const { signal } = new AbortController();
    await sampleOf(apache, { hostname: host }, signal);
    expect(abortListeners(signal)).toBe(0);
  });

  it("asks once where it is refused", async () => {
    const { host, asked } = await pages({ "/server-status?auto": "no" }, 403);
    await expect(sampleOf(apache, { hostname: host })).rejects.toThrow("the status is 403");
    expect(asked).toEqual(["/server-status?auto"]);
  });

  it.each([
    ["a later count", { accesses: 150, uptimeSeconds: 60 }, { "req/s": 12.5 }],
    ["a smaller count", { accesses: 20, uptimeSeconds: 60 }, {}],
    ["a start that has come further", { accesses: 900, uptimeSeconds: 3 }, {}],
    ["no count", { accesses: undefined, uptimeSeconds: 60 }, {}],
  ])("measures the right rate with %s", (_what, now, rate) => {
    const workers = { busyWorkers: 1, idleWorkers: 2 };
    const sample = { accesses: 100, uptimeSeconds: 56, ...workers };
    expect(apache.measure({ ...now, ...workers }, { sample, elapsedMs: 4000 })).toEqual({
      ...rate,
      busy_workers: 1,
      idle_workers: 2,
    });
  });

  it.each(["", "two words", "host/path", "me:hush@host", "host:port", "http://host"])(
    "takes no %j for a host",
    (name) => expect(apache.config.safeParse({ hostname: name }).success).toBe(false),
  );

  it.each(["localhost", "10.0.0.1:8080", "[::1]:81", "[::1]"])("takes %j for a host", (name) =>
    expect(apache.config.safeParse({ hostname: name }).success).toBe(true),
  );
});

describe("the pages' parsers", () => {
  const count = fc.integer({ min: 0, max: 1e12 });

  it("give back what stands in a page", () => {
    fc.assert(
      fc.property(count, count, count, count, (accesses, uptimeSeconds, busyWorkers, idleWorkers) => {
        const page = `localhost\nServerVersion: Apache/2.4\nTotal Accesses: ${accesses}\nTotal kBytes: 7\nUptime: ${uptimeSeconds}\nReqPerSec: .5\nBusyWorkers: ${busyWorkers}\nIdleWorkers: ${idleWorkers}\nScoreboard: __W\n`;
        expect(parseServerStatus(page)).toEqual({ accesses, uptimeSeconds, busyWorkers, idleWorkers });
      }),
    );
    fc.assert(
      fc.property(count, count, (connections, requests) => {
        const page = `Active connections: ${connections} \nserver accepts handled requests\n 9 8 ${requests} \nReading: 0 Writing: 1 Waiting: 0 \n`;
        expect(parseStubStatus(page)).toEqual({ connections, requests });
      }),
    );
  });

  it("take any other text", () => {
    const words = [
      "Active connections: ",
      "server accepts handled requests",
      "BusyWorkers: ",
      "7",
      "\n",
      " ",
    ];
    const text = fc.array(fc.oneof(fc.string(), fc.constantFrom(...words))).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (page) => {
        for (const found of [parseServerStatus(page), parseStubStatus(page)])
          for (const value of Object.values(found ?? {}))
            expect(value === undefined || Number.isSafeInteger(value)).toBe(true);
      }),
    );
  });
});
