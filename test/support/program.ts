// The built program, started as an operator starts it, and its own command line.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { onTestFinished } from "vitest";
import { send } from "./agent.ts";

export const main = resolve(import.meta.dirname, "../../dist/main.js");
export const flags = ["--max-semi-space-size=1", "--optimize-for-size"];

if (!existsSync(main)) throw new Error("the program is not built: run npm run build");

export interface Finished {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves when standard output holds the text. */
  printed(text: string): Promise<string>;
}

/**
 * Starts the program; `within` are the words that go before node, such as `ip netns exec NAME`, and `path` is what it
 * is called by.
 */
export function start(
  args: readonly string[],
  options: SpawnOptions & { within?: readonly string[]; path?: string } = {},
): Started {
  const { within = [], path = main, ...rest } = options;
  const [command = "", ...words] = [...within, process.execPath, ...flags, path, ...args];
  const child = spawn(command, words, { stdio: ["ignore", "pipe", "pipe"], env: {}, ...rest });
  let stdout = "";
  let stderr = "";
  const waiting = new Set<() => void>();
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    for (const look of waiting) look();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const finished = new Promise<Finished>((done) =>
    child.once("close", (exit) => done({ exit, stdout, stderr })),
  );
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await finished;
  });
  return {
    child,
    finished,
    printed: (text) =>
      new Promise((done, fail) => {
        const look = () => {
          if (!stdout.includes(text)) return;
          waiting.delete(look);
          done(stdout);
        };
        waiting.add(look);
        look();
        void finished.then(() => fail(new Error(`it ended without printing ${text}:\n${stdout}${stderr}`)));
      }),
  };
}

/** Runs a command to its end. */
export const run = (args: readonly string[], options?: Parameters<typeof start>[1]) =>
  start(args, options).finished;

export function freePort(host = "127.0.0.1"): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, host, () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Waits until the agent on this port says OK, or fails with what it printed. */
export async function answering(port: number, { finished }: Started): Promise<void> {
  let over: Finished | undefined;
  void finished.then((result) => {
    over = result;
  });
  for (let tries = 0; tries < 500; tries += 1) {
    if (over !== undefined) throw new Error(`the agent ended: ${JSON.stringify(over)}`);
    const reply = await send(port, { method: "GET", path: "/" }).catch(() => undefined);
    if (reply?.status === 200) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error("the agent does not answer");
}
