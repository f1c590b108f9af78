// Compliance: states, and one rule now (contract opsbro §10.3, §12.4).
import { AgentError } from "../../kernel/errors.ts";
import { olderRefusal, refusedAsOlder } from "../older-refusal.ts";
import { defineRoute } from "../route.ts";

export interface ComplianceNeeds {
  readonly compliance: {
    reports(): readonly object[];
    /** Undefined: there is none of that name. */
    launch(name: string): Promise<object | undefined>;
  };
}

export const complianceState = defineRoute({
  method: "GET",
  path: "/compliance/state",
  summary: "Shows the state of each compliance and installer.",
  role: "read",
  answers: { 200: { description: "In the older system's shape." } },
  handle: (_input: undefined, { compliance }: ComplianceNeeds) => ({
    status: 200,
    json: compliance.reports(),
  }),
});

export const complianceLaunch = defineRoute({
  method: "PUT",
  path: "/compliance/launch",
  summary: "Looks at a compliance now, whatever its condition says. The body is its name.",
  role: "admin",
  takes: "bytes",
  limitBytes: 4096,
  refuse: refusedAsOlder,
  answers: {
    200: { description: "What it came to." },
    404: { description: "There is none of that name." },
    ...olderRefusal,
  },
  async handle(body: unknown, { compliance }: ComplianceNeeds) {
    const name = nameIn(String(body).trim());
    const report = await compliance.launch(name);
    if (report === undefined) return { status: 404, json: { error: `there is no compliance ${name}` } };
    return { status: 200, json: report };
  },
});

/** As it is, or as a text of JSON. */
function nameIn(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "string") return value;
  } catch {
    // No JSON: no name either.
  }
  throw new AgentError("body.invalid", { reason: "expected the name of a compliance" });
}
