// What GET /metrics answers: the families as text, made once for all who ask at the same time, with pauses for everyone else.
import { type Exposition, writeExposition } from "../formats/prometheus-text.ts";
import type { Pace } from "../kernel/pace.ts";
import { sharedWork } from "../kernel/shared-work.ts";
import { createExposition, type ExpositionNeeds } from "./exposition.ts";

export type ExpositionPage = (form: Exposition) => Promise<Buffer>;

export function createExpositionPage(needs: ExpositionNeeds & { readonly pace: Pace }): ExpositionPage {
  const { pace } = needs;
  const families = createExposition(needs);
  const pageOf = async (form: Exposition) => {
    const parts: Buffer[] = [];
    for (const part of writeExposition(await families(), form)) {
      parts.push(Buffer.from(part));
      if (pace.isDue) await pace.yield();
    }
    return Buffer.concat(parts);
  };
  const pages = {
    prometheus: sharedWork(() => pageOf("prometheus")),
    openmetrics: sharedWork(() => pageOf("openmetrics")),
  };
  return (form) => pages[form]();
}
