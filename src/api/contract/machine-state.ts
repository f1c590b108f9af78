// GET /machine-state and /machine-state/:key (contract happo §6).
import * as z from "zod";

export const machineStateKeys = z.object({
  keys: z.array(z.string()).describe("`s-` and the Unix seconds of each snapshot, oldest first."),
});

export const machineState = z.object({
  machineState: z.string().describe("The outputs of the snapshot's commands."),
});

export const machineStateMissing = z.object({ error: z.string() });
