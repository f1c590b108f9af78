// Real servers for tests: started on a free port of the loopback, awaited until they take connections, stopped by process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

export interface DaemonPlan {
  readonly command: string;
  readonly args: readonly string[];
  /** Where it takes connections when it is ready. */
  readonly port: number;
}

export interface Daemon {
  readonly stop: () => Promise<void>;
}

const readyWithinMs = 20_000;
const graceMs = 10_000;

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

/** Rejects with what the daemon wrote when it ends or is not ready in time. */
export async function startDaemon({ command, args, port }: DaemonPlan): Promise<Daemon> {
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: "/usr/sbin:/usr/bin:/bin" },
  });
  let said = "";
  const keep = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code) => resolve(`it ended with ${code}`));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const force = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await ended;
    clearTimeout(force);
  };
  let over = "";
  void ended.then((how) => {
    over = how;
  });
  const until = performance.now() + readyWithinMs;
  while (!(await takesConnections(port))) {
    if (over !== "") throw new Error(`${command}: ${over}: ${said}`);
    if (performance.now() > until) {
      await stop();
      throw new Error(`${command}: not ready within ${readyWithinMs} ms: ${said}`);
    }
    await pause(25);
  }
  return { stop };
}

async function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
