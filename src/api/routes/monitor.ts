// POST /monitor: runs a check program and answers with its state (contract happo §2.2, §2.3, §4).
import type { Log } from "../../kernel/log.ts";
import { type MonitorAnswer, monitorAnswer, monitorRequest } from "../contract/index.ts";
import { type PermitNeeds, type PermittedPlugin, permitProgram } from "../permit-program.ts";
import { prepareMonitor } from "../program-request.ts";
import { defineRoute } from "../route.ts";
import { type RunFor, runFor } from "../run-for.ts";

export interface MonitorNeeds {
  readonly log: Log;
  readonly permits: PermitNeeds;
  readonly checks: {
    run(
      request: PermittedPlugin & RunFor,
    ): Promise<{ outcome: "finished" | "timed-out"; status: number; message: string }>;
  };
}

export const monitor = defineRoute({
  method: "POST",
  path: "/monitor",
  summary: "Runs a check program and answers with its state.",
  role: "check",
  input: monitorRequest,
  answers: {
    200: {
      description:
        "The program ended, with whatever status; or its options need a shell, and nothing was run (3).",
      schema: monitorAnswer,
    },
    400: { description: "Nothing was run: the message says why.", schema: monitorAnswer },
    500: {
      description: "The program was ended at its deadline (2), or could not be started.",
      schema: monitorAnswer,
    },
    504: { description: "Nothing was run, for too many programs run or wait.", schema: monitorAnswer },
  },
  prepare: prepareMonitor,
  refuse: (fault) => ({
    // The original's client makes CRITICAL of 400, and shows no reason: what only a shell could read is unknown.
    status: fault.code === "program.option" ? 200 : fault.http,
    json: {
      return_value: fault.code === "program.not-started" ? 2 : 3,
      message: fault.message,
    } satisfies MonitorAnswer,
  }),
  async handle(
    { plugin_name: name, plugin_option: option },
    { checks, log, permits }: MonitorNeeds,
    { caller, address },
  ) {
    log.info("check", { caller: caller.name, address, program: name });
    const permitted = await permitProgram(caller, { name, option }, permits);
    const { outcome, status, message } = await checks.run({ ...permitted, ...runFor(caller, address) });
    const json: MonitorAnswer = { return_value: status, message };
    return { status: outcome === "timed-out" ? 500 : 200, json };
  },
});
