// What an operator may set about programs.
import * as z from "zod";
import { byteSize, duration, hidden, path } from "../kernel/schema.ts";

/** The directories of happo-agent, in its order (contract happo §1.2), but for one that holds more than plugins. */
const pluginPaths = [
  "/usr/local/hb-agent/bin",
  "/usr/lib64/nagios/plugins",
  "/usr/lib/nagios/plugins",
  "/usr/local/nagios/libexec",
];

const metricPaths = ["/usr/local/hb-agent/bin", "/usr/local/bin"];

export const programsConfig = z.strictObject({
  paths: z
    .array(path())
    .min(1)
    .default(pluginPaths)
    .describe("Directories searched for check programs, in this order."),
  metric_paths: z
    .array(path())
    .min(1)
    .default(metricPaths)
    .describe("Directories searched for metric programs, in this order."),
  deadline: duration().prefault("10s").describe("How long a program may run before its group gets TERM."),
  kill_after: duration().prefault("3s").describe("How long after TERM the group gets KILL."),
  shell: z
    .boolean()
    .default(false)
    .describe(
      "Give option strings to /bin/sh, so that pipes, variables and everything else work. Callers then have a shell.",
    ),
  at_once: z.int().min(1).max(1024).default(32).describe("Programs that run at the same time."),
  queue: z
    .int()
    .min(0)
    .max(100_000)
    .default(1000)
    .describe("Programs that wait for their turn; more are refused."),
  queue_wait: duration()
    .prefault("30s")
    .describe("How long a program waits for its turn before it is refused."),
  leaked_limit: z.int().min(1).default(64).describe("Programs that outlive KILL before no more are started."),
  output_limit: byteSize()
    .prefault("1MiB")
    .describe("Bytes kept of each output; the rest is cut with a mark."),
  user: z
    .string()
    .min(1)
    .optional()
    .describe("Run programs as this user instead of the agent's own (needs root)."),
  users: z
    .array(z.string().min(1))
    .default([])
    .describe("Further users that checks and callers may name, where `user` is set."),
  environment: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, "expected a name of letters, digits and _"), hidden())
    .default({})
    .describe("Variables that programs get besides PATH, LANG, HOME and USER; their values are not shown."),
  inherit_environment: z
    .boolean()
    .default(false)
    .describe(
      "Programs get the agent's own variables too, PATH among them, as happo-agent gave them; not those of the agent and its service manager alone (YAGURA_…, NOTIFY_SOCKET, …).",
    ),
  engine: z
    .enum(["auto", "posix_spawn", "node"])
    .default("auto")
    .describe("How programs are started; auto takes posix_spawn where it is to be had."),
});

export type ProgramsConfig = z.output<typeof programsConfig>;
