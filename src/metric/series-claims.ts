// Which series a name on another system stands for, where several can come to the same one: the first that came.
import type { Metric, Origin, Tags } from "./metric.ts";

/** A metric and who says it. */
export interface Claim {
  readonly metric: Pick<Metric, "name" | "tags">;
  /** Of metrics that do not name another one in the tag `host`. */
  readonly host: string;
  readonly origin: Origin;
}

interface Owner {
  readonly name: string;
  readonly tags: Tags;
  readonly host: string;
  readonly isOwn: boolean;
}

export class SeriesClaims {
  readonly #limit: number;
  /** In two halves, since to forget names one by one would cost more than all else where there are very many. */
  #recent = new Map<string, Owner>();
  #earlier = new Map<string, Owner>();

  /** As many names are remembered for certain, those that came last, and never more than twice as many. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * False for a name that stands for another series already. What this host's collectors measure takes it from anybody
   * else's.
   */
  take(name: string, { metric, host, origin }: Claim): boolean {
    const isOwn = origin === "collectors";
    const owner = this.#recent.get(name) ?? this.#recall(name);
    if (owner !== undefined) {
      if (owner.isOwn === isOwn && isSame(owner, metric, host)) return true;
      if (owner.isOwn || !isOwn) return false;
    }
    this.#set(name, { name: metric.name, tags: metric.tags, host: hostOf(metric.tags, host), isOwn });
    return true;
  }

  #recall(name: string): Owner | undefined {
    const owner = this.#earlier.get(name);
    if (owner !== undefined) this.#set(name, owner);
    return owner;
  }

  #set(name: string, owner: Owner): void {
    if (this.#recent.size >= this.#limit) {
      this.#earlier = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(name, owner);
  }
}

function hostOf(tags: Tags, host: string): string {
  return tags["host"] ?? host;
}

function isSame(owner: Owner, { name, tags }: Claim["metric"], host: string): boolean {
  if (owner.name !== name || owner.host !== hostOf(tags, host)) return false;
  return owner.tags === tags || (isWithin(owner.tags, tags) && isWithin(tags, owner.tags));
}

/** But for the host, which is compared by itself. */
function isWithin(some: Tags, all: Tags): boolean {
  for (const tag in some) if (tag !== "host" && some[tag] !== all[tag]) return false;
  return true;
}
