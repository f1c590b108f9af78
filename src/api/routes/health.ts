// GET /: is anybody there?
import { defineRoute } from "../route.ts";

export const health = defineRoute({
  method: "GET",
  path: "/",
  summary: "Says OK.",
  role: undefined,
  answers: { 200: { description: "`OK`" } },
  handle: () => ({ status: 200, text: "OK" }),
});
