// A client of MongoDB for a few commands: connected for one reading, bounded, given up when that is over.
import type { Document, MongoClient } from "mongodb";
import { type ConnectionNames, connectionNames } from "../../../transports/connect.ts";
import { withBoundedSockets } from "./bounded-sockets.ts";
import { unanswered } from "./unanswered.ts";

export interface MongoAccess {
  readonly uri: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

/** A command to a database, `admin` when absent. Rejects with the driver's errors. */
export type MongoAsk = (command: Document, database?: string) => Promise<Document>;

export interface MongoSession<Found> {
  readonly signal: AbortSignal;
  readonly work: (ask: MongoAsk) => Promise<Found>;
}

const timeoutMs = 3000;
const answerLimitBytes = 8 * 1024 * 1024;

/** What the work found. Rejects with `collector.unanswered`; when the signal is aborted, at once. */
export async function withMongo<Found>(access: MongoAccess, session: MongoSession<Found>): Promise<Found> {
  const { signal, work } = session;
  const { MongoClient: Client } = await import("mongodb");
  signal.throwIfAborted();
  const names = connectionNames();
  const client = open(Client, access, names);
  const ask: MongoAsk = (command, database = "admin") => client.db(database).command(command, { signal });
  try {
    return await withBoundedSockets(answerLimitBytes, () =>
      orAborted(signal, isOneServer(access.uri) ? Promise.race([work(ask), lost(client)]) : work(ask)),
    );
  } catch (thrown) {
    throw unanswered(thrown, { address: hostsOf(access.uri), secrets: secretsOf(access) });
  } finally {
    names.giveUp();
    await orAborted(signal, client.close()).catch(() => {});
  }
}

/** The driver asks again until its time is over: for the only server that there is, once is enough. */
function lost(client: MongoClient): Promise<never> {
  return new Promise((_, reject) => {
    client.once("serverHeartbeatFailed", ({ failure }) => reject(failure));
  });
}

function open(
  Client: typeof MongoClient,
  { uri, user, password }: MongoAccess,
  { lookup }: Pick<ConnectionNames, "lookup">,
): MongoClient {
  try {
    return new Client(uri, {
      ...(user === undefined ? {} : { auth: { username: user, password: password ?? "" } }),
      ...(isOneServer(uri) ? { directConnection: true } : {}),
      appName: "yagura",
      lookup,
      maxPoolSize: 1,
      serverMonitoringMode: "poll",
      serverSelectionTimeoutMS: timeoutMs,
      connectTimeoutMS: timeoutMs,
      socketTimeoutMS: timeoutMs,
    });
  } catch (thrown) {
    // The driver's sentence may repeat the whole address.
    const name = thrown instanceof Error ? thrown.name : "unknown";
    throw unanswered(new Error(`the uri cannot be used (${name})`), { address: hostsOf(uri) });
  }
}

/** That very server is measured and not the primary of its set, unless the address says otherwise. */
function isOneServer(uri: string): boolean {
  const severalOrToBeFound = /^mongodb\+srv:|[?&](replicaSet|loadBalanced|directConnection)=/i;
  return !severalOrToBeFound.test(uri) && !hostsOf(uri).includes(",");
}

/** Whatever stands before the last `@` is left out, so that no badly written password is shown. */
export function hostsOf(uri: string): string {
  const afterScheme = uri.replace(/^[^/]*:\/\//, "");
  return afterScheme.slice(afterScheme.lastIndexOf("@") + 1).replace(/[/?].*$/s, "");
}

function secretsOf({ uri, password = "" }: MongoAccess): string[] {
  const afterScheme = uri.replace(/^[^/]*:\/\//, "");
  const inUri = /^[^:@]*:(.*)@/s.exec(afterScheme)?.[1] ?? "";
  return [uri, password, encodeURIComponent(password), inUri];
}

/** The same, or a rejection when the signal is aborted first. */
async function orAborted<Value>(signal: AbortSignal, promise: Promise<Value>): Promise<Value> {
  let end = () => {};
  const aborted = new Promise<never>((_, reject) => {
    end = () => reject(new Error("the reading was given up"));
  });
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}
