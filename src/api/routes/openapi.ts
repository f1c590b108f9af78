// GET /openapi.json: this API, for programs.
import type { Description } from "../description.ts";
import { defineRoute } from "../route.ts";

export interface DescriptionNeeds {
  readonly description: Description;
}

export const openapi = defineRoute({
  method: "GET",
  path: "/openapi.json",
  summary: "Describes this API as an OpenAPI 3.1 document.",
  role: undefined,
  answers: { 200: { description: "The document." } },
  handle: async (_input: undefined, { description }: DescriptionNeeds) => ({
    status: 200,
    text: await description.openapi(),
    headers: { "content-type": "application/json; charset=UTF-8" },
  }),
});
