// Requests of another user of this host, over loopback, as curl sends them. Needs root, who alone can become somebody else.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

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

/** The words that go before a command so that it runs as that user, without any group. */
export function asUser(uid: number): string[] {
  return ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--inh-caps=-all", "--"];
}
