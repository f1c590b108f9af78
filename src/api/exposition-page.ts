// What GET /metrics answers: the families as text, made once for all who ask at the same time, with pauses for everyone else.
import { contentTypeOf, type ScrapeForm } from "../formats/prometheus-accept.ts";
import { writeExposition } from "../formats/prometheus-text.ts";
import type { Pace } from "../kernel/pace.ts";
import { sharedWork } from "../kernel/shared-work.ts";
import { createExposition, type ExpositionNeeds } from "./exposition.ts";

export type ExpositionPage = (form: ScrapeForm) => Promise<Buffer>;

export function createExpositionPage(needs: ExpositionNeeds & { readonly pace: Pace }): ExpositionPage {
  const { pace } = needs;
  const families = createExposition(needs);
  const pageOf = async ({ format, names }: ScrapeForm) => {
    const parts: Buffer[] = [];
    for (const part of writeExposition(await families(names), format)) {
      parts.push(Buffer.from(part));
      if (pace.isDue) await pace.yield();
    }
    return Buffer.concat(parts);
  };
  /** One for each content type, of which there are six. */
  const pages = new Map<string, () => Promise<Buffer>>();
  return (form) => {
    const key = contentTypeOf(form);
    const page = pages.get(key) ?? sharedWork(() => pageOf(form));
    pages.set(key, page);
    return page();
  };
}
