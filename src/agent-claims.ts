// What an agent takes before it writes anything: its directories, and the addresses that it will listen on.
import { join } from "node:path";
import type { AgentConfig, AgentNeeds } from "./agent-config.ts";
import { listenAddresses as apiAddresses } from "./api/index.ts";
import { listenAddresses as inputAddresses } from "./inputs/index.ts";
import { type DirectoryLock, lockDirectory } from "./kernel/directory-lock.ts";
import { AgentError } from "./kernel/errors.ts";
import type { Log } from "./kernel/log.ts";
import type { Running } from "./kernel/module.ts";
import { openStateDirectory } from "./kernel/state-directory.ts";
import { expectFree } from "./transports/free-address.ts";

type Places = Pick<AgentNeeds, "stateDirectory" | "socketPath">;

/**
 * Holds the directories until it is stopped. Rejects with `state.locked`, `listen.taken` or `listen.failed`, and leaves
 * then everything as it was. The addresses are free at this moment; who takes one before the agent does gets it.
 */
export async function claimPlaces(config: AgentConfig, places: Places, log: Log): Promise<Running> {
  const locks: DirectoryLock[] = [];
  const onUnlocked = (reason: string) =>
    log.warning("nothing keeps another agent from using the same directory", { reason });
  try {
    for (const directory of directoriesOf(config, places)) locks.push(lockDirectory(directory, onUnlocked));
    openStateDirectory(places.stateDirectory);
    await expectAddresses(config, places);
  } catch (thrown) {
    for (const lock of locks) lock.undo();
    if (thrown instanceof AgentError) log.error("the agent does not start", { reason: thrown.message });
    throw thrown;
  }
  return {
    async stop() {
      for (const lock of locks) lock.release();
    },
  };
}

/** The store may lie elsewhere; below the state directory it has that one's lock. */
function directoriesOf({ store }: AgentConfig, { stateDirectory }: Places): Set<string> {
  const own = join(stateDirectory, "store");
  return new Set([
    stateDirectory,
    ...(store.directory === undefined || store.directory === own ? [] : [store.directory]),
  ]);
}

async function expectAddresses(config: AgentConfig, { socketPath }: Places): Promise<void> {
  await expectFree({ protocol: "unix", path: socketPath });
  for (const { host, port, optional, fallbackHost } of apiAddresses(config.api))
    await expectFree({ protocol: "tcp", host, port }).catch((thrown: unknown) => {
      const isElsewhere = optional === true || fallbackHost !== undefined;
      if (isElsewhere && thrown instanceof AgentError && thrown.code === "listen.failed") return;
      throw thrown;
    });
  const { websocket } = config.events;
  for (const url of [
    ...inputAddresses(config.inputs),
    ...(websocket === undefined ? [] : [websocket.listen]),
  ])
    await expectFree(url);
}
