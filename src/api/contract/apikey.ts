// The field of the older agents' bodies that may hold a token.
import * as z from "zod";

/** Anything but text is as if it were not there: the original never looks at it (contract happo §0). */
export const apikeyField = z
  .string()
  .optional()
  .catch(undefined)
  .describe("A token; checked when the agent has any configured.");
