// A real collectd with a private configuration and directory, spoken to over its unix socket.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { temporaryDirectory } from "../temporary.ts";

export interface Collectd {
  /** The lines that answer a command, without the first. Rejects with what collectd says is wrong. */
  ask(command: string): Promise<readonly string[]>;
  /** Identifiers that it has values of. */
  list(): Promise<readonly string[]>;
  /** Values by the name of their source; undefined while there is none. */
  values(identifier: string): Promise<Record<string, number> | undefined>;
  /** What it wrote to its log. */
  readonly log: string;
  release(): Promise<void>;
}

const program = "/usr/sbin/collectd";
const readyWithinMs = 10_000;

/** `network`: what stands in the block of the network plugin. */
export async function startCollectd(network: string): Promise<Collectd> {
  if (!existsSync(program)) throw new Error(`${program} is missing: install Debian's collectd-core`);
  const { path: home, release } = temporaryDirectory();
  const socketPath = join(home, "sock");
  const file = join(home, "collectd.conf");
  writeFileSync(
    file,
    `Hostname "origin.example"
FQDNLookup false
BaseDir "${home}"
PIDFile "${home}/pid"
PluginDir "/usr/lib/collectd"
TypesDB "/usr/share/collectd/types.db"
Interval 1
Timeout 20
# One after the other: several threads overtake one another, and the later of two values is then "too old".
WriteThreads 1
LoadPlugin logfile
<Plugin logfile>
  LogLevel info
  File STDERR
  Timestamp false
</Plugin>
LoadPlugin unixsock
<Plugin unixsock>
  SocketFile "${socketPath}"
  SocketPerms "0600"
  DeleteSocket true
</Plugin>
<LoadPlugin network>
  FlushInterval 1
</LoadPlugin>
<Plugin network>
${network}
</Plugin>
`,
  );
  const child = spawn(program, ["-f", "-C", file], { stdio: ["ignore", "pipe", "pipe"], env: {} });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000);
    });
  const ended = once(child, "close");
  const end = async () => {
    if (child.exitCode === null) child.kill("SIGTERM");
    const force = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(force);
    release();
  };
  const endMs = performance.now() + readyWithinMs;
  while (!(await answers(socketPath))) {
    if (child.exitCode !== null || performance.now() > endMs) {
      await end();
      throw new Error(`collectd did not start: ${said}`);
    }
    await pause(20);
  }
  const ask = (command: string) => askOver(socketPath, command);
  return {
    ask,
    list: async () => (await ask("LISTVAL")).map((line) => line.slice(line.indexOf(" ") + 1)),
    async values(identifier) {
      const lines = await ask(`GETVAL "${identifier}"`).catch(() => undefined);
      if (lines === undefined) return undefined;
      return Object.fromEntries(
        lines.map((line) => {
          const [name = "", value] = line.split("=");
          return [name, Number(value)];
        }),
      );
    },
    get log() {
      return said;
    },
    release: end,
  };
}

async function answers(socketPath: string): Promise<boolean> {
  try {
    await askOver(socketPath, "LISTVAL");
    return true;
  } catch {
    return false;
  }
}

async function askOver(socketPath: string, command: string): Promise<readonly string[]> {
  const socket = connect(socketPath);
  const lines: string[] = [];
  try {
    await once(socket, "connect");
    socket.write(`${command}\n`);
    let left: number | undefined;
    for await (const line of createInterface(socket)) {
      if (left === undefined) {
        left = Number.parseInt(line, 10);
        if (left < 0) throw new Error(line);
      } else lines.push(line);
      if (lines.length === left) return lines;
    }
    throw new Error(`no whole answer to ${command}: ${lines.join("\n")}`);
  } finally {
    socket.destroy();
  }
}
