// Collector `geoloc`: country, city and coordinates of the host, asked of a service (contract opsbro §4.2).
import * as z from "zod";
import { HttpFailure, httpRequest } from "../../transports/http-client.ts";
import { defineCollector, type NotEligible, type Reading } from "../collector.ts";

interface PlaceSample {
  readonly place: Reading;
}

const timeoutMs = 3000;
const answerLimitBytes = 16 * 1024;
const keysLimit = 50;

export const geoLocation = defineCollector({
  name: "geoloc",
  summary: "Where in the world the host is, as a public service sees it.",
  everyMs: 3_600_000,
  onDemand: true,
  config: z.strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .default("https://ipinfo.io/json")
      .describe("Service that answers with JSON: it learns the host's address."),
  }),
  leaves: {},
  async read({ url }): Promise<PlaceSample | NotEligible> {
    try {
      const trust = { verify: true };
      const request = { method: "GET", url: new URL(url), timeoutMs, answerLimitBytes, trust } as const;
      const { status, body } = await httpRequest(request);
      const place = status === 200 ? placeOf(body.toString("utf8")) : undefined;
      return place === undefined ? { notEligible: `${url} answered ${status} without a place` } : { place };
    } catch (thrown) {
      if (thrown instanceof HttpFailure) return { notEligible: `${url}: ${thrown.message}` };
      throw thrown;
    }
  },
  measure: ({ place }) => place,
});

/** Texts of the answer: everything else in it is none of ours, and would become a series. */
function placeOf(body: string): Reading | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer !== "object" || answer === null || Array.isArray(answer)) return undefined;
    const texts = Object.entries(answer).filter(([, value]) => typeof value === "string");
    return texts.length > 0 ? Object.fromEntries(texts.slice(0, keysLimit)) : undefined;
  } catch {
    return undefined;
  }
}
