// The first free TCP port of an address, from the agent's own on.
import { once } from "node:events";
import { createServer } from "node:net";
import { AgentError, systemCode } from "../kernel/errors.ts";
import { defaultPort } from "./host-port.ts";

const tries = 50;

/**
 * Starts something on 6777 or the first of the ports after it that is free. Goes on to the next one too where `start`
 * rejects with `listen.taken` for the address: somebody else was quicker. Throws it when none of fifty is free.
 */
export async function onFreePort<T>(host: string, start: (address: string) => Promise<T>): Promise<T> {
  for (let port = defaultPort; port < defaultPort + tries; port += 1) {
    const address = `${host}:${port}`;
    if (!(await isFree(host, port))) continue;
    try {
      return await start(address);
    } catch (thrown) {
      if (!isTaken(thrown, address)) throw thrown;
    }
  }
  throw new AgentError("listen.taken", { address: `${host}:${defaultPort} to ${defaultPort + tries - 1}` });
}

function isTaken(thrown: unknown, address: string): boolean {
  return (
    thrown instanceof AgentError && thrown.code === "listen.taken" && thrown.facts["address"] === address
  );
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, "listening");
    return true;
  } catch (thrown) {
    if (systemCode(thrown) === "EADDRINUSE") return false;
    throw new AgentError("listen.failed", {
      address: `${host}:${port}`,
      reason: String(thrown),
      cause: thrown,
    });
  } finally {
    server.close();
  }
}
