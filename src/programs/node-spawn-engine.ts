// Starts programs with Node's own spawn: for platforms without the faster engine. The cost grows with the agent.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { type Child, type ChildEvents, type Engine, type StartRequest, signalGroup } from "./engine.ts";

export function createNodeSpawnEngine(): Engine {
  const live = new Set<number>();
  return {
    name: "node",
    start: (request, events) => start(request, events, live),
    owns: (pid) => live.has(pid),
    stop: async () => {},
  };
}

/**
 * Two pipes of Node's cannot share one target; a fixed line of sh joins them and then becomes the program, which then
 * knows itself by its whole path.
 */
const joinOutputs = ["/bin/sh", "-c", 'exec "$0" "$@" 2>&1'] as const;

async function start(request: StartRequest, events: ChildEvents, live: Set<number>): Promise<Child> {
  const { environment, merged } = request;
  const [path, ...args] = merged
    ? [...joinOutputs, request.path, ...request.argv.slice(1)]
    : [request.path, ...request.argv.slice(1)];
  const child = spawn(path, args, {
    ...(merged ? {} : { argv0: request.argv[0] }),
    env: environment,
    detached: true,
    stdio: ["ignore", "pipe", merged ? "ignore" : "pipe"],
  });
  const pid = child.pid ?? 0;
  live.add(pid);
  let released = false;
  child.stdout?.on("data", (bytes: Buffer) => released || events.output("stdout", bytes));
  child.stderr?.on("data", (bytes: Buffer) => released || events.output("stderr", bytes));
  child.once("exit", (status, signal) => {
    live.delete(pid);
    events.exited(signal === null ? { status: status ?? 0 } : { signal: constants.signals[signal] });
  });
  child.once("close", () => released || events.closed());
  await once(child, "spawn");
  return {
    pid,
    signalGroup: (signal) => signalGroup(pid, signal),
    release() {
      released = true;
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.unref();
    },
  };
}
