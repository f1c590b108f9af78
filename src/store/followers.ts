// Readers with a name: whose they are, how many each may have, and which one gives way when somebody has too many.
import type { Clock } from "../kernel/clock.ts";

/** Who asks: by what it is known, or for anonymous callers where it comes from. */
export interface Follower {
  readonly name: string;
  readonly isAnonymous: boolean;
}

/** Of one known caller, of one address without a name, and of all those together. */
const limits = { known: 32, place: 8, anonymous: 32 } as const;

interface Seen {
  readonly isAnonymous: boolean;
  /** The caller, or the address from which it was asked for last. */
  who: string;
  seenMs: number;
}

export class Followers {
  readonly #clock: Pick<Clock, "monotonicMs">;
  /** Full name of the reader → whose it is. */
  readonly #seen = new Map<string, Seen>();

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  /** The reader of that name as this caller's own: nobody else's of the same name is the same one, but among the unnamed. */
  fullName({ name, isAnonymous }: Follower, reader: string): string {
    return isAnonymous ? reader : `${encodeURIComponent(name)}/${reader}`;
  }

  /** A reader that stood before the start: whose it was is known by its name alone. */
  remember(full: string): void {
    const slash = full.lastIndexOf("/");
    const who = slash < 0 ? "" : decodeURIComponent(full.slice(0, slash));
    this.#seen.set(full, { who, isAnonymous: slash < 0, seenMs: this.#clock.monotonicMs() });
  }

  /** Notes that the caller is here, and gives the reader that has to go for a new one, if one has to. */
  touch(follower: Follower, full: string): string | undefined {
    const isNew = !this.#seen.has(full);
    const leaving = isNew ? this.#leavingFor(follower) : undefined;
    if (leaving !== undefined) this.#seen.delete(leaving);
    const { name: who, isAnonymous } = follower;
    this.#seen.set(full, { who, isAnonymous, seenMs: this.#clock.monotonicMs() });
    return leaving;
  }

  /** The longest idle of the caller's own, or else of the place that has most: no stranger takes a busy reader's room. */
  #leavingFor({ name, isAnonymous }: Follower): string | undefined {
    const own = this.#of(isAnonymous, name);
    if (own.length >= (isAnonymous ? limits.place : limits.known)) return this.#longestIdle(own);
    if (!isAnonymous) return undefined;
    const places = new Map<string, string[]>();
    for (const [full, { who, isAnonymous: isPlace }] of this.#seen)
      if (isPlace) places.set(who, [...(places.get(who) ?? []), full]);
    const all = [...places.values()];
    if (all.flat().length < limits.anonymous) return undefined;
    const most = Math.max(...all.map(({ length }) => length));
    return this.#longestIdle(all.filter(({ length }) => length === most).flat());
  }

  #of(isAnonymous: boolean, who: string): string[] {
    return [...this.#seen].flatMap(([full, seen]) =>
      seen.isAnonymous === isAnonymous && seen.who === who ? [full] : [],
    );
  }

  #longestIdle(names: readonly string[]): string | undefined {
    const idle = names.map((full) => ({ full, seenMs: this.#seen.get(full)?.seenMs ?? 0 }));
    return idle.sort((one, other) => one.seenMs - other.seenMs)[0]?.full;
  }
}
