// A client of MySQL and MariaDB for a few statements: connected for one reading, bounded, given up when that is over.
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import type { Connection } from "mysql2";
import { connect } from "../../../transports/connect.ts";
import type { MysqlRow } from "../parsing/mysql-status.ts";
import { unanswered } from "./unanswered.ts";

export interface MysqlAccess {
  readonly server: string;
  readonly port: number;
  /** Path of a unix socket, which is used where it is there. */
  readonly socket: string;
  readonly user: string;
  readonly password?: string | undefined;
}

/** Rows of one statement. Rejects with the driver's errors. */
export type MysqlAsk = (statement: string) => Promise<readonly MysqlRow[]>;

export interface MysqlSession<Found> {
  readonly signal: AbortSignal;
  readonly work: (ask: MysqlAsk) => Promise<Found>;
}

const silenceMs = 3000;
const answerLimitBytes = 4 * 1024 * 1024;
const farewellMs = 1000;
/** First bytes of what a server says first. */
const greeting = 10;
const refusal = 255;

/** What the work found. Rejects with `collector.unanswered`; when the signal is aborted, at once. */
export async function withMysql<Found>(access: MysqlAccess, session: MysqlSession<Found>): Promise<Found> {
  const { server, port, socket: path } = access;
  const { signal, work } = session;
  const local = path !== "" && existsSync(path);
  const driver = await import("mysql2");
  signal.throwIfAborted();
  // Our own socket: the driver's cannot be ended while it connects, and takes answers of any length.
  const socket = local ? createConnection({ path, signal }) : connect({ host: server, port, signal });
  // Errors come to whoever waits; one that comes while nobody does would end the process.
  socket.on("error", () => {});
  socket.setTimeout(silenceMs, () => socket.destroy(new Error(`silent for ${silenceMs} ms`)));
  try {
    await greeted(socket);
    boundAnswer(socket);
    const connection = connectionOn(socket, { driver, access });
    const found = await work((statement) => rowsOf(connection, statement));
    leave(connection, socket);
    return found;
  } catch (thrown) {
    socket.destroy();
    throw unanswered(thrown, { address: local ? path : `${server}:${port}`, secrets: [access.password] });
  }
}

interface Opening {
  readonly driver: Pick<typeof import("mysql2"), "createConnection">;
  readonly access: MysqlAccess;
}

function connectionOn(socket: Socket, { driver, access }: Opening): Connection {
  const { user, password = "" } = access;
  const stream = () => socket;
  const options = { user, password, stream, connectTimeout: silenceMs, flags: ["-LOCAL_FILES"] };
  const connection = driver.createConnection(options);
  // As for the socket.
  connection.on("error", () => {});
  return connection;
}

/** Looks at the first packet and leaves it to the driver, which takes anything for one and says so on the console. */
async function greeted(socket: Socket): Promise<void> {
  await once(socket, "readable");
  const first: unknown = socket.read();
  if (!(first instanceof Buffer)) throw new Error("the connection was closed before the greeting");
  const [, , , sequence = 0, kind = greeting] = first;
  if (sequence !== 0 || !(kind === greeting || kind === refusal))
    throw new Error("the answer is not that of MySQL");
  socket.unshift(first);
}

function boundAnswer(socket: Socket): void {
  let takenBytes = 0;
  socket.on("data", (chunk: Buffer) => {
    takenBytes += chunk.length;
    if (takenBytes > answerLimitBytes)
      socket.destroy(new Error(`answer larger than ${answerLimitBytes} bytes`));
  });
}

function rowsOf(connection: Connection, statement: string): Promise<readonly MysqlRow[]> {
  return new Promise((resolve, reject) => {
    connection.query(statement, (error: Error | null, rows: unknown) => {
      if (error === null) resolve(Array.isArray(rows) ? (rows as MysqlRow[]) : []);
      else reject(error);
    });
  });
}

/** Says good-bye, so that the server counts no lost client, and does not wait for it to hang up. */
function leave(connection: Connection, socket: Socket): void {
  socket.setTimeout(farewellMs, () => socket.destroy());
  connection.end(() => {});
}
