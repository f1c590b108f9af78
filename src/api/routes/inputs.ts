// GET /inputs: what each listener received, what it could not use, and what was lost before it.
import { type InputsAnswer, inputsAnswer } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

export interface InputsNeeds {
  readonly listenerReports: () => Promise<
    readonly {
      readonly name: string;
      readonly addresses: readonly string[];
      readonly received: number;
      readonly metrics: number;
      readonly faults: Readonly<Record<string, number>>;
      readonly kernelDrops: number | undefined;
      readonly receiveBufferBytes: number | undefined;
      readonly connections: number;
      readonly denied: number;
    }[]
  >;
}

export const inputs = defineRoute({
  method: "GET",
  path: "/inputs",
  summary: "Tells what each listener received, could not use, and never saw.",
  role: "read",
  answers: { 200: { description: "In the order of the configuration.", schema: inputsAnswer } },
  async handle(_input: undefined, { listenerReports }: InputsNeeds) {
    const reports = await listenerReports();
    const json: InputsAnswer = {
      inputs: reports.map(({ kernelDrops, receiveBufferBytes, addresses, ...report }) => ({
        ...report,
        addresses: [...addresses],
        kernel_drops: kernelDrops ?? null,
        receive_buffer_bytes: receiveBufferBytes ?? null,
      })),
    };
    return { status: 200, json };
  },
});
