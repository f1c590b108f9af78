// Collector `mysql`, with a real MariaDB on the loopback and on a unix socket.
import { execFileSync } from "node:child_process";
import type { Socket } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Daemon, freePort, startDaemon } from "../../../test/support/servers/daemon.ts";
import { endless, oddServer } from "../../../test/support/servers/odd-server.ts";
import { readingOver, reportOf, sampleOf } from "../../../test/support/servers/reading.ts";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { withMysql } from "./clients/mysql-client.ts";
import { mysql } from "./mysql.ts";
import { parseGlobalStatus, secondsBehind } from "./parsing/mysql-status.ts";

const server = "127.0.0.1";
const user = "watcher";
const password = "a word of mariadb";
const asRoot = process.getuid?.() === 0 ? ["--user=root"] : [];

describe("a server", () => {
  const directory = temporaryDirectory();
  const data = join(directory.path, "data");
  const socket = join(directory.path, "mysql.sock");
  let daemon: Daemon | undefined;
  let port = 0;

  const statements = (...all: readonly string[]) =>
    withMysql(
      { server, port, socket, user: "root" },
      {
        signal: new AbortController().signal,
        work: async (ask) => {
          for (const statement of all) await ask(statement);
        },
      },
    );

  beforeAll(async () => {
    const method = "--auth-root-authentication-method=normal";
    const install = ["--no-defaults", `--datadir=${data}`, method, "--skip-test-db", ...asRoot];
    execFileSync("mariadb-install-db", install, { stdio: "ignore" });
    port = await freePort();
    daemon = await startDaemon({
      command: "mariadbd",
      args: [
        ...["--no-defaults", `--datadir=${data}`, `--socket=${socket}`, `--pid-file=${directory.path}/pid`],
        ...[
          `--port=${port}`,
          `--bind-address=${server}`,
          "--innodb-buffer-pool-size=16M",
          "--skip-name-resolve",
        ],
        ...asRoot,
      ],
      port,
    });
    await statements(`CREATE USER '${user}'@'%' IDENTIFIED BY '${password}'`);
    await statements(`GRANT PROCESS, REPLICATION CLIENT, SLAVE MONITOR ON *.* TO '${user}'@'%'`);
  });
  afterAll(async () => {
    await daemon?.stop();
    directory.release();
  });

  it.each([
    ["its port", () => ({ server, port, socket: "" })],
    ["its port where there is no socket", () => ({ server, port, socket: join(directory.path, "none") })],
    ["its socket, whatever the port", () => ({ server, port: 1, socket })],
  ])("is read at %s", async (_where, place) => {
    const beganMs = performance.now();
    const reading = await readingOver(mysql, { ...place(), user, password });
    const elapsedSeconds = (performance.now() - beganMs) / 1000;
    expect(Object.keys(reading).sort()).toEqual([
      ...["connections", "created_tmp_disk_tables", "max_used_connections", "open_files", "slow_queries"],
      ...["table_locks_waited", "threads_connected"],
    ]);
    expect(reading["threads_connected"]).toBeGreaterThanOrEqual(1);
    // The connection of the second sample.
    expect(reading["connections"]).toBeGreaterThanOrEqual(1 / elapsedSeconds);
  });

  it("has a reading after its first round, of a server that follows none", async () => {
    const config = { server, port, socket: "", user, password, replication_enabled: true };
    const report = await reportOf(mysql, config);
    expect(report).toMatchObject({ state: "OK", metrics: 7 });
    expect(JSON.stringify(report)).not.toContain(password);
  });

  it("leaves out how far it is behind while it follows nobody that it should follow", async () => {
    await statements(`CHANGE MASTER TO MASTER_HOST='${server}', MASTER_PORT=1`);
    const config = { server, port, socket: "", user, password, replication_enabled: true };
    expect(await sampleOf(mysql, config)).toMatchObject({ secondsBehind: undefined });
    await statements("RESET SLAVE ALL");
  });

  it("says good-bye", async () => {
    const config = { server, port, socket: "", user, password };
    const lost = async () => ((await sampleOf(mysql, config)) as { status: Map<string, number> }).status;
    const before = await lost();
    await lost();
    await lost();
    expect((await lost()).get("aborted_clients")).toBe(before.get("aborted_clients"));
  });

  it.each([
    ["a wrong password", { user, password: "another word" }, /Access denied/],
    ["an unknown user", { user: "nobody", password: "another word" }, /Access denied/],
    ["no password", { user }, /Access denied/],
  ])("refuses %s", async (_what, config, reason) => {
    const report = await reportOf(mysql, { server, port, socket: "", ...config });
    expect(report).toMatchObject({ state: "ERROR", active: false });
    expect(report.log).toMatch(reason);
    expect(report.log).toMatch(`127.0.0.1:${port} does not answer: `);
    expect(report.log).not.toContain("another word");
  });

  it("says whose right is missing", async () => {
    await statements("CREATE USER 'poor'@'%' IDENTIFIED BY 'as a mouse'");
    const config = {
      server,
      port,
      socket: "",
      user: "poor",
      password: "as a mouse",
      replication_enabled: true,
    };
    const report = await reportOf(mysql, config);
    expect(report.log).toMatch(/Access denied; you need/);
  });
});

describe("the collector", () => {
  const sample = (values: Record<string, number>, behind?: number) => ({
    status: new Map(Object.entries(values)),
    secondsBehind: behind,
  });
  const before = sample({ uptime: 100, connections: 100, slow_queries: 10, open_files: 3 });

  it.each([
    [
      "the real time",
      sample({ uptime: 104, connections: 150, slow_queries: 11, open_files: 4 }, 7),
      { connections: 12.5, slow_queries: 0.25, open_files: 4, seconds_behind_master: 7 },
    ],
    ["nothing after a new start", sample({ uptime: 2, connections: 900, open_files: 4 }), { open_files: 4 }],
    [
      "nothing for what went back",
      sample({ uptime: 104, connections: 90, slow_queries: 10 }),
      { slow_queries: 0 },
    ],
  ])("divides by %s", (_what, now, reading) => {
    expect(mysql.measure(now, { sample: before, elapsedMs: 4000 })).toEqual(reading);
  });

  it("asks with the old word where the new one is not known", async () => {
    const asked: string[] = [];
    const { port } = await oddServer((socket) => oldServer(socket, asked));
    const config = { server, port, socket: "", replication_enabled: true };
    expect(await sampleOf(mysql, config)).toMatchObject({ secondsBehind: undefined });
    expect(asked).toEqual(["SHOW GLOBAL STATUS", "SHOW REPLICA STATUS", "SHOW SLAVE STATUS"]);
  });

  it("does not take an answer without an end", async () => {
    const { port } = await oddServer((socket) => {
      greet(socket);
      socket.once("data", () => {
        socket.write(packet(2, nothing));
        socket.once("data", () => {
          socket.write(Buffer.from([255, 255, 255, 1]));
          endless(socket, Buffer.alloc(64 * 1024, "x"));
        });
      });
    });
    const report = await reportOf(mysql, { server, port, socket: "" });
    expect(report.log).toMatch(/answer larger than \d+ bytes$/);
  });

  it("has the defaults that are documented", () => {
    expect(mysql.config.parse({})).toEqual({
      server: "127.0.0.1",
      port: 3306,
      socket: "/var/lib/mysql/mysql.sock",
      user: "root",
      replication_enabled: false,
    });
  });
});

/** What a statement is answered that changes nothing and finds nothing. */
const nothing = [0, 0, 0, 2, 0, 0, 0];

function packet(sequence: number, ...parts: readonly (Buffer | string | readonly number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  return Buffer.concat([Buffer.from([body.length & 255, body.length >> 8, 0, sequence]), body]);
}

function greet(socket: Socket): void {
  const salt = Buffer.alloc(8, 65);
  const abilities = [0, 0, 0x82, 33, 2, 0, 8, 0, 21];
  const more = [Buffer.alloc(10), Buffer.alloc(12, 65), "\0mysql_native_password\0"];
  socket.write(packet(0, [10], "5.5.0\0", [1, 0, 0, 0], salt, abilities, ...more));
}

/** As much of the protocol as a server needs that lets everybody in and has nothing to tell. */
function oldServer(socket: Socket, asked: string[]): void {
  const syntax = packet(1, [255, 0x28, 0x04], "#42000You have an error in your syntax");
  greet(socket);
  socket.once("data", () => {
    socket.write(packet(2, nothing));
    socket.on("data", (chunk: Buffer) => {
      // 3 is a statement, 1 good-bye.
      if (chunk[4] !== 3) return;
      const statement = chunk.toString("utf8", 5);
      asked.push(statement);
      socket.write(statement.includes("REPLICA") ? syntax : packet(1, nothing));
    });
  });
}

describe("the status' parsers", () => {
  it.each([
    ["nobody", [], undefined],
    ["one that stands still", [{ Seconds_Behind_Master: null }], undefined],
    ["one by its new name", [{ Seconds_Behind_Source: 4 }], 4],
    ["one by its old name", [{ Seconds_Behind_Master: "4" }], 4],
    ["several", [{ Seconds_Behind_Master: 4 }, { Seconds_Behind_Master: 9 }, {}], 9],
  ])("know how far a server is behind %s", (_whom, rows, seconds) =>
    expect(secondsBehind(rows)).toBe(seconds),
  );

  it("keep numbers by their names in lower case", () => {
    const rows = [
      { Variable_name: "Open_files", Value: "12" },
      { Variable_name: "Rpl_status", Value: "AUTH_MASTER" },
      { Variable_name: "Ratio", Value: "0.5" },
      { Variable_name: "Empty", Value: "" },
    ];
    expect([...parseGlobalStatus(rows)]).toEqual([
      ["open_files", 12],
      ["ratio", 0.5],
    ]);
  });

  it("take any rows", () => {
    const row = fc.dictionary(
      fc.constantFrom("Variable_name", "Value", "Seconds_Behind_Source"),
      fc.anything(),
      {
        noNullPrototype: true,
      },
    );
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        expect([...parseGlobalStatus(rows).values()].every(Number.isFinite)).toBe(true);
        const seconds = secondsBehind(rows);
        expect(seconds === undefined || Number.isFinite(seconds)).toBe(true);
      }),
    );
  });
});
