// GET /docs: this API, for people.
import { docsPage } from "../docs-page.ts";
import { defineRoute } from "../route.ts";
import type { OpenapiNeeds } from "./openapi.ts";

export const docs = defineRoute({
  method: "GET",
  path: "/docs",
  summary: "Describes this API as a page.",
  role: undefined,
  answers: { 200: { description: "The page: no script, nothing loaded from elsewhere." } },
  handle: async (_input: undefined, needs: OpenapiNeeds) => {
    const { html, contentSecurityPolicy } = docsPage(await needs.openapi());
    const headers = {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": contentSecurityPolicy,
      "referrer-policy": "no-referrer",
    };
    return { status: 200, text: html, headers };
  },
});
