// The module: judges this host by its own checks, and runs check programs for callers.
import { type Context, defineModule, type Running } from "../kernel/module.ts";
import { type ChecksConfig, checksConfig } from "./config.ts";
import type { LocalChecks } from "./judged.ts";
import { type LocalChecksNeeds, startLocalChecks } from "./local-checks.ts";
import { createMachineStateRecorder } from "./machine-state-recorder.ts";
import { messageOf, type ProgramRun } from "./program-check.ts";
import { Reported } from "./reported.ts";

export interface ChecksNeeds extends LocalChecksNeeds {
  /** Runs a check program by name. */
  readonly runCheck: (request: RemoteCheck) => Promise<ProgramRun>;
  /** Runs any program of the system's path. */
  readonly runSystem: (request: { name: string; option: string }) => Promise<ProgramRun>;
  readonly keepMachineState: (atMs: number, text: string) => Promise<void>;
}

/** A check plugin that a caller asks for. */
export interface RemoteCheck {
  readonly name: string;
  readonly option: string;
  /** In place of the option, where it was read already. */
  readonly words?: readonly string[];
  /** The file that it has to be. */
  readonly path?: string | undefined;
  /** Who asks: all that one asks for shares the places of one. */
  readonly asker?: { readonly name: string; readonly isGuest: boolean };
  /** As whom it runs, where not as all others. */
  readonly user?: string | undefined;
}

export interface RemoteCheckReport {
  /** `timed-out`: the program was ended at its deadline, and the message is the command. */
  readonly outcome: "finished" | "timed-out";
  readonly status: number;
  readonly message: string;
}

export interface Checks extends Running {
  /** Rejects with `program.option`, `program.no-place` and the like: nothing was run then. */
  run(request: RemoteCheck): Promise<RemoteCheckReport>;
  /** What others say of the state of things. */
  readonly reported: Reported;
  /** What this host judges by itself. */
  readonly local: Omit<LocalChecks, "stop">;
}

export const checksModule = defineModule<ChecksConfig, ChecksNeeds, Checks>({
  name: "checks",
  summary: "Judges the host with detectors and checks, and runs check programs for callers.",
  config: checksConfig,
  async start(config, needs) {
    const recorder = createMachineStateRecorder(config.machine_state, {
      ...needs,
      run: needs.runSystem,
      keep: needs.keepMachineState,
    });
    const failed = needs.telemetry.counter("checks_failed_total", "Checks that did not end with 0.");
    const onProblem = () => {
      failed.add(1);
      recorder.considerSnapshot();
    };
    const local = await startLocalChecks(config, needs, onProblem);
    showCounts(local, needs);
    return {
      reported: new Reported(),
      local,
      async run(request) {
        const result = await needs.runCheck(request);
        if (result.timedOut)
          return { outcome: "timed-out", status: 2, message: `Exec timeout: ${result.command}` };
        if (result.status !== 0) onProblem();
        return { outcome: "finished", status: result.status, message: messageOf(result) };
      },
      async stop() {
        await local.stop();
        await recorder.stop();
      },
    };
  },
});

function showCounts(local: LocalChecks, { telemetry }: Context): void {
  for (const state of ["ok", "warning", "critical", "unknown", "pending"] as const)
    telemetry.gauge("checks", "Checks of this host by state.", () => local.count(state), { state });
}
