// The module: everything that leaves for other systems, each output at its own pace from its own place in the journal.
import { type Context, defineModule, type Running } from "../kernel/module.ts";
import { type OutputsConfig, outputsConfig, type PlannedOutput, planned } from "./config.ts";
import type { OpenOutlet } from "./outlet.ts";
import type { Delivery } from "./output.ts";
import { type OutputReport, RunningOutput } from "./running-output.ts";

export interface OutputsNeeds {
  readonly hostname: string;
  readonly version: string;
  readonly openOutlet: OpenOutlet;
  /** Told of what an output has delivered, for whoever watches. */
  readonly onSent: (output: string, delivery: Delivery) => void;
}

export interface Outputs extends Running {
  /** In the order of the configuration. */
  reports(): readonly OutputReport[];
}

export const outputsModule = defineModule<OutputsConfig, OutputsNeeds, Outputs>({
  name: "outputs",
  summary: "Ships metrics to other systems, from the journal, until each has arrived.",
  config: outputsConfig,
  async start(config, needs) {
    const running = planned(config).map((plan) => runningOutput(plan, needs));
    for (const output of running) output.start();
    return {
      reports: () => running.map(({ report }) => report),
      async stop() {
        await Promise.all(running.map((output) => output.stop()));
      },
    };
  },
});

function runningOutput(
  { name, output, settings }: PlannedOutput,
  needs: OutputsNeeds & Context,
): RunningOutput {
  const { batch = output.batch, every, deadline, retry_first, retry_limit, from } = settings;
  const plan = {
    ...{ name, output, settings, batch },
    everyMs: every,
    deadlineMs: deadline,
    retryFirstMs: retry_first,
    retryLimitMs: retry_limit,
  };
  return new RunningOutput(plan, {
    ...needs,
    log: needs.log.child(name),
    userAgent: `yagura/${needs.version}`,
    outlet: needs.openOutlet(name, from),
    onSent: (delivery) => needs.onSent(name, delivery),
  });
}
