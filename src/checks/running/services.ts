// Services: what this node offers to others, each with the state of its own check (contract opsbro §5.5).
import * as z from "zod";
import type { CheckState } from "../../event/index.ts";
import { checkSchema } from "../definition/check-schema.ts";

export const serviceSchema = z.looseObject({
  if_group: z
    .string()
    .optional()
    .describe("Offered while the node is in this group; the service's name when absent."),
  check: checkSchema.optional().describe("Its check; `if_group` of the service counts."),
  notes: z.string().default("").describe("For people."),
  enabled: z.boolean().default(true).describe("False leaves the service out."),
});

export interface ServicePlan {
  readonly name: string;
  readonly packName: string;
  readonly packLevel: string;
  readonly place: string;
  /** Undefined: offered always. */
  readonly group: string | undefined;
  /** Identity of its check; undefined: it has none, and is always `ok`. */
  readonly check: string | undefined;
  readonly notes: string;
  /** Its own data, such as port and tags. */
  readonly extra: Readonly<Record<string, unknown>>;
}

export interface ServiceReport extends ServicePlan {
  readonly state: CheckState;
  readonly output: string;
}
