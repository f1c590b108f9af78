// What a driver is: one type of rule, its parameters, and how it looks and mends.
import type * as z from "zod";
import { type Problem, readObject, type Written } from "../../config/index.ts";
import type { ComplianceHost } from "../host/compliance-host.ts";
import type { Turn } from "../running/turn.ts";

/** One look with parameters that have been checked. Rejects where it cannot look; changes things through the turn only. */
export type Look = (turn: Turn, host: ComplianceHost) => Promise<void>;

export interface Driver {
  readonly type: string;
  /** The look, or why the parameters cannot be used. */
  readonly read: (parameters: Written) => Look | readonly Problem[];
}

interface DriverDefinition<Schema extends z.ZodType> {
  readonly type: string;
  readonly parameters: Schema;
  readonly look: (parameters: z.output<Schema>, turn: Turn, host: ComplianceHost) => Promise<void>;
}

export function defineDriver<Schema extends z.ZodType>(definition: DriverDefinition<Schema>): Driver {
  return {
    type: definition.type,
    read(written) {
      const reading = readObject(written, definition.parameters);
      if ("problems" in reading) return reading.problems;
      return (turn, host) => definition.look(reading.value, turn, host);
    },
  };
}
