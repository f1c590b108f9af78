// What is known of checks, detectors and quiet times, kept over restarts in one small file.
import { rename } from "node:fs/promises";
import * as z from "zod";
import { reasonOf, systemCode } from "../kernel/errors.ts";
import type { Context, Running } from "../kernel/module.ts";
import { replaceFile } from "../kernel/replace-file.ts";
import { startSchedule } from "../kernel/schedule.ts";
import { sharedWork } from "../kernel/shared-work.ts";
import { readRegularLater } from "../kernel/trusted-file.ts";
import type { QuietTime } from "./notices/quiet-times.ts";
import type { KeptCheck } from "./running/check-run.ts";

export interface Kept {
  readonly checks: ReadonlyMap<string, KeptCheck>;
  /** Groups that each detector had found. */
  readonly detectors: ReadonlyMap<string, readonly string[]>;
  readonly quiet: readonly QuietTime[];
}

const state = z.enum(["pending", "ok", "warning", "critical", "unknown"]);
const keptCheck = z.object({
  standing: z.object({
    ...{ state, oldState: state, hardState: state, hard: z.boolean() },
    ...{ attempt: z.int().min(1), flapping: z.boolean(), recent: z.array(z.int().min(0).max(3)).max(21) },
  }),
  output: z.string(),
  lastCheckMs: z.number(),
  told: state,
  reported: z
    .object({ name: z.string(), host: z.string(), tags: z.record(z.string(), z.string()) })
    .optional(),
});
const quietTime = z.object({
  ...{ id: z.string(), kind: z.enum(["downtime", "silence"]), checks: z.string() },
  ...{ fromMs: z.number(), untilMs: z.number(), author: z.string(), comment: z.string() },
});
const keptFile = z.object({
  version: z.literal(1),
  checks: z.record(z.string(), z.unknown()),
  detectors: z.record(z.string(), z.unknown()),
  quiet: z.array(z.unknown()),
});

const nothing: Kept = { checks: new Map(), detectors: new Map(), quiet: [] };
const everyMs = 60_000;
const limitBytes = 256 * 1024 * 1024;
const soonMs = 1000;

/** A file that cannot be used is set aside: the agent begins anew rather than not at all. A bad entry costs itself. */
export async function readKept(path: string, { log }: Pick<Context, "log">): Promise<Kept> {
  try {
    const file = keptFile.parse(JSON.parse((await readRegularLater(path, limitBytes)).toString("utf8")));
    const checks = usable(keptCheck, Object.entries(file.checks));
    const detectors = usable(z.array(z.string()), Object.entries(file.detectors));
    const quiet = usable(quietTime, Object.entries(file.quiet));
    const dropped = checks.dropped + detectors.dropped + quiet.dropped;
    if (dropped > 0) log.error("kept states that cannot be used are dropped", { path, dropped });
    return { checks: checks.found, detectors: detectors.found, quiet: [...quiet.found.values()] };
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return nothing;
    log.error("the kept states of checks cannot be used; they are set aside", {
      path,
      reason: reasonOf(thrown),
    });
    await rename(path, `${path}.damaged`).catch(() => {});
    return nothing;
  }
}

function usable<Value>(schema: z.ZodType<Value>, entries: readonly [string, unknown][]) {
  const found = new Map<string, Value>();
  for (const [name, given] of entries) {
    const read = schema.safeParse(given);
    if (read.success) found.set(name, read.data);
  }
  return { found, dropped: entries.length - found.size };
}

export interface Keeper extends Running {
  /** Something changed that must not be lost: written within a second. */
  soon(): void;
  /** Resolves when everything of this moment is on disk, or the disk does not take it, which is logged. */
  now(): Promise<void>;
}

/** Writes what `collect` gives: soon after each change, once a minute, and when the agent stops. */
export function startKeeper(path: string, collect: () => Kept, needs: Context): Keeper {
  let planned = false;
  let stopped = false;
  let failing = false;
  const write = sharedWork(async () => {
    planned = false;
    try {
      await replaceFile(path, textOf(collect()), 0o600);
      failing = false;
    } catch (thrown) {
      if (!failing) needs.log.error("the states of checks are not kept", { path, reason: reasonOf(thrown) });
      failing = true;
    }
  });
  const schedule = startSchedule({ name: "checks.keep", everyMs, run: write }, needs);
  return {
    soon() {
      if (planned || stopped) return;
      planned = true;
      needs.clock.after(soonMs, () => {
        if (!stopped) void write();
      });
    },
    now: write,
    async stop() {
      stopped = true;
      await schedule.stop();
      await write();
    },
  };
}

function textOf({ checks, detectors, quiet }: Kept): string {
  return JSON.stringify({
    version: 1,
    checks: Object.fromEntries(checks),
    detectors: Object.fromEntries(detectors),
    quiet,
  });
}
