// Debian's monitoring-plugins as program checks: what needs neither other hosts nor special hardware.
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestAgent, type TestAgent } from "../support/agent.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const operators = { callers: [{ name: "op", token: "sesame", roles: ["operate", "read"] }] };
const asOperator = { headers: { authorization: "Bearer sesame" } };
const directory = "/usr/lib/nagios/plugins";

interface Row {
  readonly name: string;
  /** `HTTP` and `TCP` stand for ports of servers that answer, `CLOSED` for one that does not. */
  readonly script: string;
  readonly state: string;
  readonly output: RegExp;
  /** Beginning of the performance data. */
  readonly perfdata?: string;
}

const rows: readonly Row[] = [
  { name: "dummy-ok", script: "check_dummy 0 fine", state: "ok", output: /^OK: fine$/ },
  { name: "dummy-warning", script: "check_dummy 1 so-so", state: "warning", output: /^WARNING: so-so$/ },
  {
    name: "dummy-critical",
    script: "check_dummy 2 'very bad'",
    state: "critical",
    output: /^CRITICAL: very bad$/,
  },
  { name: "dummy-unknown", script: "check_dummy 3", state: "unknown", output: /^UNKNOWN$/ },
  {
    name: "load",
    script: "check_load -w 900,900,900 -c 999,999,999",
    state: "ok",
    output: /^LOAD OK/,
    perfdata: "load1=",
  },
  {
    name: "procs",
    script: "check_procs -w 1:20000 -c 1:30000",
    state: "ok",
    output: /^PROCS OK/,
    perfdata: "procs=",
  },
  {
    name: "procs-none",
    script: "check_procs -c 1: -C no-such-program",
    state: "critical",
    output: /^PROCS CRITICAL: 0/,
  },
  {
    name: "users",
    script: "check_users -w 900 -c 999",
    state: "ok",
    output: /^USERS OK/,
    perfdata: "users=",
  },
  { name: "disk", script: "check_disk -w 0 -c 0 -p /", state: "ok", output: /^DISK OK/, perfdata: "/=" },
  {
    name: "disk-full",
    script: "check_disk -w 100% -c 100% -p /",
    state: "critical",
    output: /^DISK CRITICAL/,
  },
  {
    name: "swap",
    script: "check_swap -n ok -w 1% -c 1%",
    state: "ok",
    output: /^SWAP OK/,
    perfdata: "swap=",
  },
  {
    name: "ping",
    script: "check_ping -H 127.0.0.1 -w 900,50% -c 999,80% -p 1",
    state: "ok",
    output: /^PING OK/,
    perfdata: "rta=",
  },
  {
    name: "file-age",
    script: "check_file_age -w 9999999999 -c 9999999999 -f /etc/passwd",
    state: "ok",
    output: /^FILE_AGE OK/,
    perfdata: "age=",
  },
  { name: "tcp", script: "check_tcp -H 127.0.0.1 -p TCP", state: "ok", output: /^TCP OK/, perfdata: "time=" },
  {
    name: "tcp-closed",
    script: "check_tcp -H 127.0.0.1 -p CLOSED -t 2",
    state: "critical",
    output: /refused/,
  },
  {
    name: "http",
    script: "check_http -H 127.0.0.1 -p HTTP -s hello",
    state: "ok",
    output: /^HTTP OK/,
    perfdata: "time=",
  },
  { name: "http-lost", script: "check_http -H 127.0.0.1 -p HTTP -u /lost", state: "warning", output: /404/ },
  {
    name: "http-other",
    script: "check_http -H 127.0.0.1 -p HTTP -s goodbye",
    state: "critical",
    output: /not found/,
  },
  { name: "smtp", script: "check_smtp -H 127.0.0.1 -p SMTP", state: "ok", output: /^SMTP OK/ },
  { name: "ssh", script: "check_ssh -p SSH 127.0.0.1", state: "ok", output: /^SSH OK/ },
  { name: "pop", script: "check_pop -H 127.0.0.1 -p POP", state: "ok", output: /^POP OK/ },
  {
    name: "cluster",
    script: "check_cluster -s -l pair -c 1 -d 0,2",
    state: "ok",
    output: /^CLUSTER OK: pair/,
  },
  {
    name: "negate",
    script: `${directory}/negate ${directory}/check_dummy 2 turned`,
    state: "ok",
    output: /turned/,
  },
  {
    name: "urlize",
    script: `${directory}/urlize http://x/ ${directory}/check_dummy 1 linked`,
    state: "warning",
    output: /linked/,
  },
  {
    name: "mailq",
    script: "$nagiosplugins$/check_mailq -w $mailq.warning$ -c $mailq.critical$",
    state: "unknown",
    output: /mailq/,
  },
  {
    name: "wrong-option",
    script: "check_load --no-such-option",
    state: "unknown",
    output: /unrecognized|Usage/i,
  },
  { name: "not-there", script: "check_of_nobody", state: "unknown", output: /not found/ },
];

/** Says one line to whoever connects, and then what protocols want to hear. */
function greeting(line: string): Promise<{ port: number; close: () => void }> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.write(line);
    socket.on("data", () => socket.write("250 fine\r\n"));
  });
  return listening(server as unknown as Server);
}

function listening(server: Server): Promise<{ port: number; close: () => void }> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve({ port: (server.address() as AddressInfo).port, close: () => void server.close() });
    });
  });
}

describe("monitoring-plugins as checks", () => {
  let agent: TestAgent;
  const closers: (() => void)[] = [];

  beforeAll(async () => {
    const web = createServer((request, response) => {
      response.statusCode = request.url === "/lost" ? 404 : 200;
      response.end("hello");
    });
    const servers = {
      HTTP: await listening(web),
      TCP: await greeting("hello\r\n"),
      SMTP: await greeting("220 mail ready\r\n"),
      SSH: await greeting("SSH-2.0-OpenSSH_9.2p1\r\n"),
      POP: await greeting("+OK ready\r\n"),
    };
    const closed = await greeting("");
    closed.close();
    const ports = new Map<string, number>(Object.entries(servers).map(([name, { port }]) => [name, port]));
    ports.set("CLOSED", closed.port);
    const { path, release } = temporaryDirectory();
    mkdirSync(join(path, "objects.d"));
    for (const { name, script } of rows) {
      const line = script.replace(/\b(HTTP|TCP|SMTP|SSH|POP|CLOSED)\b/g, (word) => String(ports.get(word)));
      const body = { interval: "1h", script: line, mailq: { warning: 1, critical: 2 } };
      writeFileSync(join(path, "objects.d", `${name}.json`), JSON.stringify({ check: body }));
    }
    const settings = { access: operators, programs: { paths: [directory] } };
    agent = await startTestAgent(settings, { configDirectory: path });
    closers.push(release, ...Object.values(servers).map(({ close }) => close));
  });
  afterAll(async () => {
    await agent.release();
    for (const close of closers) close();
  });

  it.each(rows)("$name is $state", async ({ name, state, output, perfdata }) => {
    const { json } = await agent.post("/checks/run", { check: name }, asOperator);
    const found = json as { state: string; output: string; perfdata: string };
    expect(found).toMatchObject({ state, output: expect.stringMatching(output) as string });
    if (perfdata !== undefined) expect(found.perfdata.startsWith(perfdata)).toBe(true);
  });
});
