// The memory that bodies take together: each source has its share, and the rest of a body waits on the way until there is room.

export interface BodyRoomLimits {
  /** Bodies up to this size need no leave: as many as there may be connections come to little. */
  readonly freeBytes: number;
  /** Of one source, besides the large body of it that came first. */
  readonly sourceBytes: number;
  /** Of all sources, besides the large body that came first of all. */
  readonly totalBytes: number;
}

const mebibyte = 1024 * 1024;
const usual: BodyRoomLimits = { freeBytes: 64 * 1024, sourceBytes: 8 * mebibyte, totalBytes: 48 * mebibyte };

/** The room of one body. */
export interface BodyPlace {
  /** Asked before the body takes so many bytes. Undefined: it may; otherwise to be waited for, and asked again. */
  grow(bytes: number): Promise<void> | undefined;
  /** To be called when the body is done with, or broke off. */
  leave(): void;
}

interface Held {
  readonly source: string;
  bytes: number;
}

export class BodyRoom {
  readonly #limits: BodyRoomLimits;
  /** Large bodies, those that wait for their first large byte among them, in the order of their coming. */
  readonly #large = new Set<Held>();
  #waiting: (() => void)[] = [];

  constructor(limits: BodyRoomLimits = usual) {
    this.#limits = limits;
  }

  /** Bytes that large bodies take now. */
  get bytes(): number {
    return sumOf(this.#large);
  }

  get isWaitedFor(): boolean {
    return this.#waiting.length > 0;
  }

  enter(source: string): BodyPlace {
    const held: Held = { source, bytes: 0 };
    let hasLeft = false;
    return {
      grow: (bytes) => {
        if (hasLeft) return undefined;
        if (bytes > this.#limits.freeBytes && !this.#mayGrow(held, bytes))
          return new Promise((resolve) => void this.#waiting.push(resolve));
        held.bytes = bytes;
        return undefined;
      },
      leave: () => {
        hasLeft = true;
        if (this.#large.delete(held)) this.#wake();
      },
    };
  }

  /** Whoever came first goes on in any case: bodies that wait for each other would wait for ever. */
  #mayGrow(held: Held, bytes: number): boolean {
    this.#large.add(held);
    const more = bytes - held.bytes;
    const all = [...this.#large];
    const own = all.filter(({ source }) => source === held.source);
    const hasShare = own[0] === held || sumOf(own) + more <= this.#limits.sourceBytes;
    return hasShare && (all[0] === held || sumOf(all) + more <= this.#limits.totalBytes);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}

function sumOf(bodies: Iterable<Held>): number {
  let sum = 0;
  for (const { bytes } of bodies) sum += bytes;
  return sum;
}
