// GET /docs: this API, for people.
import { defineRoute } from "../route.ts";
import type { DescriptionNeeds } from "./openapi.ts";

export const docs = defineRoute({
  method: "GET",
  path: "/docs",
  summary: "Describes this API as a page.",
  role: undefined,
  answers: { 200: { description: "The page: no script, nothing loaded from elsewhere." } },
  handle: async (_input: undefined, { description }: DescriptionNeeds) => {
    const { html, contentSecurityPolicy } = await description.docs();
    const headers = {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": contentSecurityPolicy,
      "referrer-policy": "no-referrer",
    };
    return { status: 200, text: html, headers };
  },
});
