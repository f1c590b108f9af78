// Every command, one line each; a command's file is loaded when it is called or its help is shown.
import type { CommandEntry } from "../command.ts";

export const commandEntries: readonly CommandEntry[] = [
  { name: "daemon", alias: "agent start", load: () => import("./daemon.ts") },
  { name: "check", load: () => import("./check.ts") },
  { name: "status", load: () => import("./status.ts") },
  { name: "collectors list", load: () => import("./collectors-list.ts") },
  { name: "collectors show", load: () => import("./collectors-show.ts") },
  { name: "collectors state", load: () => import("./collectors-state.ts") },
  { name: "collectors watch", load: () => import("./collectors-watch.ts") },
  { name: "test", load: () => import("./test.ts") },
  { name: "history", load: () => import("./history.ts") },
  { name: "commands list", load: () => import("./commands-list.ts") },
  { name: "config check", load: () => import("./config-check.ts") },
  { name: "config show", load: () => import("./config-show.ts") },
  { name: "config schema", load: () => import("./config-schema.ts") },
  { name: "config hash-token", load: () => import("./config-hash-token.ts") },
  { name: "certificate create", load: () => import("./certificate-create.ts") },
  { name: "add", load: () => import("./add.ts") },
  { name: "is_added", load: () => import("./is-added.ts") },
  { name: "remove", load: () => import("./remove.ts") },
  { name: "append_metric", load: () => import("./append-metric.ts") },
  { name: "demo", load: () => import("./demo.ts") },
  { name: "complete", load: () => import("./complete.ts") },
];
