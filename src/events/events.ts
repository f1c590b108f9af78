// The module: numbers what happened, keeps it, and serves the older system's websocket where that is wished.
import { join } from "node:path";
import { defineModule } from "../kernel/module.ts";
import { type EventsConfig, eventsConfig } from "./config.ts";
import { EventLog } from "./event-log.ts";
import { type NodeFields, type NodeWebsocket, startNodeWebsocket } from "./node-websocket.ts";

export interface EventsNeeds {
  readonly stateDirectory: string;
  /** This node as it is now, in the fields of the older system. */
  readonly node: () => NodeFields;
  /** Whether a `Host` header names this agent. */
  readonly isOwnName: (host: string | undefined) => boolean;
}

export interface Events {
  readonly log: EventLog;
  /** Undefined: it is not switched on. */
  readonly websocket: Pick<NodeWebsocket, "address" | "connections"> | undefined;
  stop(): Promise<void>;
}

export const eventsModule = defineModule<EventsConfig, EventsNeeds, Events>({
  name: "events",
  summary:
    "Numbers and keeps what happens: changes of states, groups and compliance, and what was told of them.",
  config: eventsConfig,
  async start(config, needs) {
    const { telemetry } = needs;
    const directory = join(needs.stateDirectory, "events");
    const { max_bytes: maxBytes, memory } = config;
    const log = await EventLog.open(directory, { maxBytes, memory }, needs);
    telemetry.gauge("events_sequence", "Number of the newest event.", () => log.sequence);
    const websocket = await openWebsocket(config, needs).catch(async (thrown: unknown) => {
      await log.stop();
      throw thrown;
    });
    const forget = log.on(({ type }) => {
      if (type === "check" || type === "group") websocket?.changed();
    });
    return {
      log,
      websocket,
      async stop() {
        forget();
        await websocket?.stop();
        await log.stop();
      },
    };
  },
});

async function openWebsocket(
  { websocket }: EventsConfig,
  needs: Parameters<typeof startNodeWebsocket>[1],
): Promise<NodeWebsocket | undefined> {
  if (websocket === undefined) return undefined;
  const { listen, allow, max_clients } = websocket;
  const { host, port } = listen.protocol === "unix" ? { host: "127.0.0.1", port: 0 } : listen;
  return await startNodeWebsocket({ listen: { host, port }, allow, max_clients }, needs);
}
