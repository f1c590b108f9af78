// Whether an address can be listened on, without listening: asked before anything is written.
import { lstatSync } from "node:fs";
import { createServer } from "node:net";
import { AgentError } from "../kernel/errors.ts";
import type { ListenUrl } from "./listen-url.ts";
import { formatHost, listening } from "./listener.ts";
import { answers } from "./socket-path.ts";
import { bindUdp } from "./udp-listener.ts";

/** Rejects with `listen.taken` or `listen.failed`. Port 0 is always free. */
export async function expectFree(url: ListenUrl): Promise<void> {
  if (url.protocol === "unix") return await expectFreePath(url.path);
  if (url.port === 0) return;
  const { host, port } = url;
  if (url.protocol === "udp") {
    const socket = await bindUdp({ host, port });
    return await new Promise((resolve) => void socket.close(resolve));
  }
  const server = createServer((early) => void early.destroy());
  await listening(
    server,
    () => server.listen({ host, port, exclusive: true }),
    `${formatHost(host)}:${port}`,
  );
  await new Promise((resolve) => server.close(resolve));
}

/** What is left of an agent that is gone is free. */
async function expectFreePath(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isSocket() === true && (await answers(path)))
    throw new AgentError("listen.taken", { address: path });
}
