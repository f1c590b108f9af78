// How many answers there were of which status, by URL, over the last minutes (contract happo §7.3).
import type { RequestCountsAnswer } from "./contract/index.ts";

type Counts = NonNullable<RequestCountsAnswer["last1"]>;

/** Distinct URLs that are told apart within one second; further ones count together. */
const urlsLimit = 1000;
const otherUrls = "(other)";
const keptSeconds = 300;

export class RequestCounts {
  /** Second → URL → status → count, oldest second first. */
  readonly #seconds = new Map<number, Map<string, Map<number, number>>>();

  /** `url` as it was sent, the query included; `second` in Unix time. */
  count(url: string, status: number, second: number): void {
    const urls = this.#seconds.get(second) ?? new Map<string, Map<number, number>>();
    this.#seconds.set(second, urls);
    const key = urls.has(url) || urls.size < urlsLimit ? url : otherUrls;
    const statuses = urls.get(key) ?? new Map<number, number>();
    urls.set(key, statuses);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }

  /** The last 60 and 300 seconds before `second`, both ends included. */
  answer(second: number): RequestCountsAnswer {
    return { last1: this.#sum(second, 60), last5: this.#sum(second, keptSeconds) };
  }

  /** Drops what is older than `answer` looks at. */
  expire(second: number): void {
    for (const kept of this.#seconds.keys()) {
      if (second - kept > keptSeconds) this.#seconds.delete(kept);
    }
  }

  #sum(second: number, lengthSeconds: number): Counts | null {
    const sums = new Map<string, Map<number, number>>();
    for (const [at, urls] of this.#seconds) {
      if (second - at <= lengthSeconds) addTo(sums, urls);
    }
    if (sums.size === 0) return null;
    return [...sums].map(([url, statuses]) => ({ url, counts: Object.fromEntries(statuses) }));
  }
}

function addTo(
  sums: Map<string, Map<number, number>>,
  urls: ReadonlyMap<string, ReadonlyMap<number, number>>,
): void {
  for (const [url, statuses] of urls) {
    const sum = sums.get(url) ?? new Map<number, number>();
    sums.set(url, sum);
    for (const [status, count] of statuses) sum.set(status, (sum.get(status) ?? 0) + count);
  }
}
