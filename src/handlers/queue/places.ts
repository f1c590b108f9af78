// How far each handler has come in the log of events, on disk: all that concerns it up to its place was told or given up.
import { rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { Disk } from "../../kernel/disk.ts";
import { reasonOf, systemCode } from "../../kernel/errors.ts";
import { makeLastingDirectory } from "../../kernel/lasting-directory.ts";
import type { Log } from "../../kernel/log.ts";
import type { Running } from "../../kernel/module.ts";
import { replaceFile } from "../../kernel/replace-file.ts";
import { sharedWork } from "../../kernel/shared-work.ts";
import { summedLine, textOfSummedLine } from "../../kernel/summed-line.ts";
import { readRegularLater } from "../../kernel/trusted-file.ts";

const fileMode = 0o600;
const limitBytes = 1024 * 1024;

/** All that concerns a handler up to `after` was told or given up, but for the one that it was trying to tell. */
export interface Place {
  readonly after: number;
  readonly but: number | undefined;
}

export interface PlacesNeeds {
  /** Number of the newest event. */
  readonly seen: number;
  readonly disk: Disk;
  readonly log: Log;
}

export class Places implements Running {
  /** Resolves when the places of this moment are on disk, or the disk does not take them. Never rejects. */
  readonly save: () => Promise<void>;
  readonly #path: string;
  readonly #needs: PlacesNeeds;
  /** As they were read: also of handlers that are gone, for they may come back. */
  readonly #kept: ReadonlyMap<string, Place>;
  /** Numbers of the events that wait, in their order, for each handler at work. */
  readonly #waiting = new Map<string, number[]>();
  #seen: number;
  #written = "";
  #isFailing = false;

  private constructor(path: string, kept: ReadonlyMap<string, Place>, needs: PlacesNeeds) {
    this.#path = path;
    this.#kept = kept;
    this.#needs = needs;
    this.#seen = needs.seen;
    this.save = sharedWork(() => this.#write());
  }

  /** Makes the directory. A file that cannot be read is logged and set aside. */
  static async open(path: string, needs: PlacesNeeds): Promise<Places> {
    await makeLastingDirectory(dirname(path), needs.disk).catch((thrown: unknown) =>
      needs.log.error("what was told is not kept", { path: dirname(path), reason: reasonOf(thrown) }),
    );
    return new Places(path, await readPlaces(path, needs.log), needs);
  }

  /** Where a handler goes on: at the newest event where it is new. From now on it is at work. */
  begin(handler: string): Place {
    this.#waiting.set(handler, []);
    const { after = this.#seen, but } = this.#kept.get(handler) ?? {};
    return { after: Math.min(after, this.#seen), but };
  }

  /** An event waits for a handler; they come in their order. */
  add(handler: string, seq: number): void {
    this.#waiting.get(handler)?.push(seq);
  }

  /** It was told or given up. */
  done(handler: string, seq: number): void {
    const waiting = this.#waiting.get(handler);
    const place = waiting?.indexOf(seq) ?? -1;
    if (place >= 0) waiting?.splice(place, 1);
    void this.save();
  }

  /** All who are concerned by the events up to this one have it. */
  see(seq: number): void {
    this.#seen = Math.max(this.#seen, seq);
  }

  async stop(): Promise<void> {
    await this.save();
  }

  async #write(): Promise<void> {
    const text = this.#text();
    try {
      if (text !== this.#written) await replaceFile(this.#path, text, fileMode, this.#needs.disk);
      this.#written = text;
      this.#isFailing = false;
    } catch (thrown) {
      if (!this.#isFailing)
        this.#needs.log.error("what was told is not kept; after the next start it is told again", {
          reason: reasonOf(thrown),
        });
      this.#isFailing = true;
    }
  }

  #text(): string {
    const places = new Map(this.#kept);
    for (const [handler, [but, next]] of this.#waiting)
      places.set(handler, { after: next === undefined ? this.#seen : next - 1, but });
    const json = JSON.stringify(Object.fromEntries(places));
    return summedLine(json);
  }
}

async function readPlaces(path: string, log: Log): Promise<ReadonlyMap<string, Place>> {
  try {
    const text = (await readRegularLater(path, limitBytes)).toString("utf8");
    const json = textOfSummedLine(text.trimEnd());
    if (json === undefined) throw new Error("its sum is wrong");
    const entries = Object.entries(JSON.parse(json) as Record<string, unknown>);
    return new Map(entries.filter((entry): entry is [string, Place] => isPlace(entry[1])));
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return new Map();
    const aside = `${path}.damaged-${Date.now()}`;
    await rename(path, aside).catch(() => {});
    log.error("it is lost what was told; what waited to be told is not told any more", {
      path: aside,
      reason: reasonOf(thrown),
    });
    return new Map();
  }
}

function isPlace(value: unknown): value is Place {
  const { after, but } = (value ?? {}) as Partial<Place>;
  return Number.isSafeInteger(after) && (but === undefined || Number.isSafeInteger(but));
}
