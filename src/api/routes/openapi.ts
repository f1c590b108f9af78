// GET /openapi.json: this API, for programs.
import { defineRoute } from "../route.ts";

export interface OpenapiNeeds {
  readonly openapi: () => Promise<Record<string, unknown>>;
}

export const openapi = defineRoute({
  method: "GET",
  path: "/openapi.json",
  summary: "Describes this API as an OpenAPI 3.1 document.",
  role: undefined,
  answers: { 200: { description: "The document." } },
  handle: async (_input: undefined, needs: OpenapiNeeds) => ({ status: 200, json: await needs.openapi() }),
});
