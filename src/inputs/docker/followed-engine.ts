// The one engine of an agent: the collector's beat opens it and looks at it, others ask what it knows.
import type { Context, Running } from "../../kernel/module.ts";
import { Engine } from "./engine.ts";

/** Holds the engine that the collector looks at; there is none before its first beat. */
export interface FollowedEngine extends Running {
  readonly engine: Engine | undefined;
  at(socket: string): Engine;
}

/** Nothing is opened before somebody looks. */
export function createFollowedEngine({ clock, log }: Pick<Context, "clock" | "log">): FollowedEngine {
  let engine: Engine | undefined;
  return {
    get engine() {
      return engine;
    },
    at(socket) {
      engine ??= new Engine(socket, { clock, follow: { log } });
      return engine;
    },
    stop: async () => await engine?.stop(),
  };
}
