// GET /commands: what the caller may run.
import * as z from "zod";

export const commandsAnswer = z.object({
  caller: z.string().describe("Who the agent takes the caller for."),
  roles: z.array(z.string()),
  shell: z.boolean().describe("True when option strings are given to a shell."),
  checks: z.array(z.object({ name: z.string(), path: z.string() })).describe("Programs for POST /monitor."),
  inventory: z
    .union([z.literal("any"), z.array(z.string())])
    .describe("Programs for POST /inventory; `any` stands for all of the system's path."),
});

export type CommandsAnswer = z.output<typeof commandsAnswer>;
