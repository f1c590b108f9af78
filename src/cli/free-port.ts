// The first free TCP port of an address, from the agent's own on.
import { once } from "node:events";
import { createServer } from "node:net";
import { AgentError, systemCode } from "../kernel/errors.ts";
import { defaultPort } from "./host-port.ts";

const tries = 50;

/** 6777 or one of those after it. Throws `listen.taken` when none of fifty is free. */
export async function freePort(host: string): Promise<number> {
  for (let port = defaultPort; port < defaultPort + tries; port += 1) {
    if (await isFree(host, port)) return port;
  }
  throw new AgentError("listen.taken", { address: `${host}:${defaultPort} to ${defaultPort + tries - 1}` });
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
