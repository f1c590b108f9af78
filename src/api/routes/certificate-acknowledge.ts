// POST /certificate/acknowledge: somebody knows that the agent's own certificate is another one.
import { doneAnswer } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

export interface CertificateAcknowledgeNeeds {
  /** False where there was nothing to acknowledge. */
  readonly acknowledgeCertificate: () => boolean;
}

export const certificateAcknowledge = defineRoute({
  method: "POST",
  path: "/certificate/acknowledge",
  summary: "Takes back the notice that the agent's own certificate was lost and another was made.",
  role: "operate",
  answers: {
    200: { description: "The status is silent about it from now on.", schema: doneAnswer },
    404: { description: "There is no such notice.", schema: doneAnswer },
  },
  handle(_input: undefined, { acknowledgeCertificate }: CertificateAcknowledgeNeeds) {
    const done = acknowledgeCertificate();
    return { status: done ? 200 : 404, json: { done } };
  },
});
