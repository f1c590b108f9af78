// GET /outputs: what each output has sent, what waits for it, and what is wrong.
import { type OutputsAnswer, outputsAnswer } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

export interface OutputsNeeds {
  readonly outputReports: () => readonly {
    readonly name: string;
    readonly type: string;
    readonly state: "idle" | "sending" | "retrying" | "stopped";
    readonly sent: number;
    readonly refused: number;
    readonly lost: number;
    readonly retries: number;
    readonly waiting: number;
    readonly lastSent: number | undefined;
    readonly lastFault: { readonly at: number; readonly reason: string } | undefined;
  }[];
}

export const outputs = defineRoute({
  method: "GET",
  path: "/outputs",
  summary: "Tells what each output has sent, what waits for it, and what is wrong.",
  role: "read",
  answers: { 200: { description: "In the order of the configuration.", schema: outputsAnswer } },
  handle(_input: undefined, { outputReports }: OutputsNeeds) {
    const json: OutputsAnswer = {
      outputs: outputReports().map(({ lastSent, lastFault, ...report }) => ({
        ...report,
        last_sent: lastSent ?? null,
        last_fault: lastFault ?? null,
      })),
    };
    return { status: 200, json };
  },
});
