// Takes snapshots of the host when checks fail: at most one in a while, one at a time, never in a check's way.

import { quoteShellWord } from "../formats/shell-words.ts";
import { reasonOf } from "../kernel/errors.ts";
import type { Context, Running } from "../kernel/module.ts";
import type { ProgramRun } from "./program-check.ts";

export interface RecorderConfig {
  /** Milliseconds between the starts of two snapshots, in whole seconds; 0 each time. */
  readonly every: "off" | number;
  readonly commands: readonly (readonly string[])[];
}

export interface RecorderNeeds extends Context {
  readonly run: (request: { name: string; option: string }) => Promise<ProgramRun>;
  readonly keep: (atMs: number, text: string) => Promise<void>;
}

export interface MachineStateRecorder extends Running {
  /** Returns at once; a snapshot may follow. */
  considerSnapshot(): void;
}

export function createMachineStateRecorder(
  config: RecorderConfig,
  needs: RecorderNeeds,
): MachineStateRecorder {
  const { clock, log, telemetry } = needs;
  const taken = telemetry.counter("machine_states_total", "Snapshots that were taken.");
  let startedMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;

  const take = async (atMs: number) => {
    try {
      await needs.keep(atMs, await snapshot(config.commands, atMs, needs));
      taken.add(1);
    } catch (thrown) {
      log.error("the machine state was not kept", { reason: reasonOf(thrown) });
    } finally {
      underWay = undefined;
    }
  };
  const isDue = () => config.every !== "off" && clock.monotonicMs() - startedMs >= config.every;
  return {
    considerSnapshot() {
      if (underWay !== undefined || !isDue()) return;
      startedMs = clock.monotonicMs();
      underWay = take(clock.now());
    },
    async stop() {
      await underWay;
    },
  };
}

/** The outputs of the commands that succeed, each under a header with the same time (contract happo §6). */
async function snapshot(
  commands: RecorderConfig["commands"],
  atMs: number,
  needs: RecorderNeeds,
): Promise<string> {
  let text = "";
  for (const [name = "", ...options] of commands) {
    const { status, stdout, timedOut } = await needs.run({
      name,
      option: options.map(quoteShellWord).join(" "),
    });
    if (status !== 0 || timedOut) continue;
    text += `********** ${name} ${options.join(" ")} (${localTime(atMs)}) **********\n${stdout}\n\n`;
  }
  return text;
}

/** RFC 3339 in local time, `Z` where that is UTC. */
function localTime(atMs: number): string {
  const offsetMinutes = -new Date(atMs).getTimezoneOffset();
  const local = new Date(atMs + offsetMinutes * 60_000).toISOString().slice(0, 19);
  if (offsetMinutes === 0) return `${local}Z`;
  const two = (part: number) => String(Math.trunc(Math.abs(part))).padStart(2, "0");
  return `${local}${offsetMinutes < 0 ? "-" : "+"}${two(offsetMinutes / 60)}:${two(offsetMinutes % 60)}`;
}
