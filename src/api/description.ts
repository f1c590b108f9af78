// What describes this API, ready to be sent: dear to make, asked for by anybody, the same for all.
import type { Clock } from "../kernel/clock.ts";
import { keptBriefly } from "../kernel/kept-briefly.ts";
import type { Route } from "./route.ts";

const keepMs = 10_000;

export interface Description {
  /** The OpenAPI document as JSON. */
  readonly openapi: () => Promise<Buffer>;
  readonly docs: () => Promise<{ readonly html: Buffer; readonly contentSecurityPolicy: string }>;
}

export function createDescription<Needs>(
  routes: readonly Route<Needs>[],
  version: string,
  clock: Pick<Clock, "after">,
): Description {
  const document = async () => (await import("./openapi-document.ts")).openapiDocument(routes, version);
  return {
    openapi: keptBriefly(async () => Buffer.from(JSON.stringify(await document())), keepMs, clock),
    docs: keptBriefly(
      async () => {
        const { html, contentSecurityPolicy } = (await import("./docs-page.ts")).docsPage(await document());
        return { html: Buffer.from(html), contentSecurityPolicy };
      },
      keepMs,
      clock,
    ),
  };
}
