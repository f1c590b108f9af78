// What the door counts and tells the log of: answers, refusals, hosts that are not allowed.
import type { AgentError } from "../kernel/errors.ts";
import type { Context } from "../kernel/module.ts";
import { DenialLog } from "./denial-log.ts";
import { RefusalLog, type RefusedRequest } from "./refusal-log.ts";
import type { RequestCounts } from "./request-counts.ts";

export interface Tally {
  /** Every answer, whatever it is. `url` as it was sent. */
  answered(url: string, status: number): void;
  /** A host that is not allowed. */
  denied(address: string, url: string): void;
  /** A fault of the catalogue, and whose request it ended. */
  refused(fault: AgentError, request: RefusedRequest): void;
}

/** `counts` is undefined unless the operator wants answers counted by URL. */
export function createTally({ clock, log, telemetry }: Context, counts: RequestCounts | undefined): Tally {
  const answers = telemetry.counter("http_answers_total", "Requests that were answered.");
  const denials = telemetry.counter("http_denied_total", "Requests of hosts that are not allowed.");
  const denialLog = new DenialLog(log, clock);
  const refusalLog = new RefusalLog(log, clock);
  return {
    answered(url, status) {
      answers.add(1);
      counts?.count(url, status, Math.floor(clock.now() / 1000));
    },
    denied(address, url) {
      denials.add(1);
      denialLog.note(address, url);
    },
    refused(fault, request) {
      refusalLog.note(fault, request);
      const { code } = fault;
      telemetry
        .counter("http_refused_total", "Requests that ended with a fault, by its code.", { code })
        .add(1);
    },
  };
}
