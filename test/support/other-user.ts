// Requests of another user of this host, over loopback, as curl sends them. Needs root, who alone can become somebody else.
import { execFile, spawn } from "node:child_process";
import { connect, createServer } from "node:net";
import { promisify } from "node:util";
import { until } from "./until.ts";

export const isRoot = process.getuid?.() === 0;
/** No user of the system's: what runs as it owns nothing. */
export const otherUid = 64_999;

export interface OtherReply {
  readonly status: number;
  readonly text: string;
}

export interface OtherAsk {
  readonly port: number;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: readonly string[];
  readonly uid?: number;
  /** Address that the connection comes from. */
  readonly from?: string;
}

export async function askAsOther(ask: OtherAsk): Promise<OtherReply> {
  const { port, path, body, headers = [], uid = otherUid, from = "127.0.0.1" } = ask;
  const data = typeof body === "string" ? body : JSON.stringify(body);
  const words = [
    ...asUser(uid),
    ...["curl", "-sk", "--max-time", "30", "--interface", from, "-w", "\n%{http_code}"],
    ...headers.flatMap((header) => ["-H", header]),
    ...(body === undefined ? [] : ["--data-binary", data]),
    `https://127.0.0.1:${port}${path}`,
  ];
  const { stdout } = await promisify(execFile)(words[0] ?? "", words.slice(1));
  const end = stdout.lastIndexOf("\n");
  return { status: Number(stdout.slice(end + 1)), text: stdout.slice(0, end) };
}

/** A port on loopback that leads to another one, by a process of that user. */
export async function relayOfAnother(
  port: number,
  uid = otherUid,
): Promise<{ readonly port: number; stop(): void }> {
  const relay = await freePort();
  const listen = `TCP-LISTEN:${relay},bind=127.0.0.1,fork,reuseaddr,backlog=128`;
  const words = uid === 0 ? ["socat"] : [...asUser(uid), "socat"];
  const child = spawn(words[0] ?? "", [...words.slice(1), listen, `TCP:127.0.0.1:${port}`], {
    stdio: "ignore",
  });
  await until(() => isOpen(relay));
  return { port: relay, stop: () => void child.kill() };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

/** The words that go before a command so that it runs as that user, without any group. */
export function asUser(uid: number): string[] {
  return ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--inh-caps=-all", "--"];
}
