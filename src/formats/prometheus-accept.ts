// What a scraper asks for with its header Accept: the format and how names are written, by Prometheus' content negotiation.
import type { NameForm } from "./prometheus-escape.ts";
import type { Exposition } from "./prometheus-text.ts";

export interface ScrapeForm {
  readonly format: Exposition;
  readonly names: NameForm;
}

interface Offer extends ScrapeForm {
  readonly quality: number;
}

const formats: Readonly<Record<string, Exposition>> = {
  "application/openmetrics-text": "openmetrics",
  "text/plain": "prometheus",
};

/** `underscores` and `dots` make one name of several: whoever asks for them gets our own escaping. */
const nameForms: Readonly<Record<string, NameForm>> = { "allow-utf-8": "utf8", values: "values" };

/** The best that is offered here, the first one of equals; plain text where nothing is. */
export function scrapeFormOf(accept: string): ScrapeForm {
  let best: Offer = { format: "prometheus", names: "escaped", quality: 0 };
  for (const entry of accept.split(",")) {
    const offer = offerOf(entry);
    if (offer !== undefined && offer.quality > best.quality) best = offer;
  }
  return { format: best.format, names: best.names };
}

function offerOf(entry: string): Offer | undefined {
  const [type = "", ...rest] = entry.split(";").map((part) => part.trim().toLowerCase());
  const format = formats[type];
  if (format === undefined) return undefined;
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const [key = "", value = ""] = part.split("=", 2).map((text) => text.trim().replace(/^"(.*)"$/, "$1"));
    parameters.set(key, value);
  }
  const quality = Number(parameters.get("q") ?? 1);
  const names = nameForms[parameters.get("escaping") ?? ""] ?? "escaped";
  return { format, names, quality: Number.isFinite(quality) ? quality : 0 };
}

/** Says the escaping, where it is one that Prometheus has a word for. */
export function contentTypeOf({ format, names }: ScrapeForm): string {
  const version = format === "openmetrics" || names === "utf8" ? "1.0.0" : "0.0.4";
  const type = format === "openmetrics" ? "application/openmetrics-text" : "text/plain";
  const word = { escaped: "", values: "; escaping=values", utf8: "; escaping=allow-utf-8" }[names];
  return `${type}; version=${version}; charset=utf-8${word}`;
}
