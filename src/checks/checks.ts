// The module: runs a check program for a caller, and asks for a machine state when the check fails.
import * as z from "zod";
import { defineModule, type Running } from "../kernel/module.ts";
import { duration } from "../kernel/schema.ts";
import { createMachineStateRecorder } from "./machine-state-recorder.ts";
import { messageOf, type ProgramRun } from "./program-check.ts";
import { Reported } from "./reported.ts";

const checksConfig = z.strictObject({
  machine_state: z
    .strictObject({
      every: z
        .union([z.literal("off"), duration()])
        .default("off")
        .describe("Take a snapshot when a check fails, at most once in this time; 0s each time, off never."),
      commands: z
        .array(z.array(z.string().min(1)).min(1))
        .default([["w"], ["ps", "auxwwf"], ["ss", "-anp"], ["lsof"]])
        .describe("Programs, with their options, whose outputs make up a snapshot."),
    })
    .prefault({}),
});

export type ChecksConfig = z.output<typeof checksConfig>;

export interface ChecksNeeds {
  /** Runs a check program by name. */
  readonly runCheck: (request: { name: string; option: string }) => Promise<ProgramRun>;
  /** Runs any program of the system's path. */
  readonly runSystem: (request: { name: string; option: string }) => Promise<ProgramRun>;
  readonly keepMachineState: (atMs: number, text: string) => Promise<void>;
}

export interface CheckReport {
  /** `timed-out`: the program was ended at its deadline, and the message is the command. */
  readonly outcome: "finished" | "timed-out";
  readonly status: number;
  readonly message: string;
}

export interface Checks extends Running {
  /** Rejects with `program.option`, `queue.full` and the like: nothing was run then. */
  run(name: string, option: string): Promise<CheckReport>;
  /** What others say of the state of things. */
  readonly reported: Reported;
}

export const checksModule = defineModule<ChecksConfig, ChecksNeeds, Checks>({
  name: "checks",
  summary: "Runs check programs and takes a snapshot of the host when one fails.",
  config: checksConfig,
  async start(config, needs) {
    const recorder = createMachineStateRecorder(config.machine_state, {
      ...needs,
      run: needs.runSystem,
      keep: needs.keepMachineState,
    });
    const failed = needs.telemetry.counter("checks_failed_total", "Checks that did not end with 0.");
    return {
      reported: new Reported(),
      async run(name, option) {
        const result = await needs.runCheck({ name, option });
        if (result.timedOut)
          return { outcome: "timed-out", status: 2, message: `Exec timeout: ${result.command}` };
        if (result.status !== 0) {
          failed.add(1);
          recorder.considerSnapshot();
        }
        return { outcome: "finished", status: result.status, message: messageOf(result) };
      },
      stop: () => recorder.stop(),
    };
  },
});
