// Whether programs may be run: asked before each start, so what was found out about directories is kept for a second.
import { type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { entryTrusted, ownRules, trusted } from "../kernel/trusted-path.ts";

interface Verdict {
  readonly reason: string | undefined;
  /** Of the directory itself, when it was judged. */
  readonly stamp: string;
  readonly untilMs: number;
}

const keptMs = 1000;
const mostKept = 1000;

export class ProgramTrust {
  readonly #rules = ownRules();
  readonly #kept = new Map<string, Verdict>();

  /** Undefined, or why not, with the command that mends it. `entry` is what stands at the path, not behind a link. */
  distrust(path: string, entry: Stats): string | undefined {
    if (entry.isSymbolicLink()) return this.#verdict(path, stampOf(entry));
    const directory = dirname(path);
    const folder = statSync(directory, { throwIfNoEntry: false });
    if (folder === undefined) return undefined;
    return this.#verdict(directory, stampOf(folder)) ?? entryTrusted(path, entry, this.#rules);
  }

  /**
   * What is above a directory cannot be changed by others while the verdict is that it is trusted; what its owner changes
   * is seen after a second at the latest, what is changed in the directory itself at once.
   */
  #verdict(path: string, stamp: string): string | undefined {
    const nowMs = performance.now();
    const known = this.#kept.get(path);
    if (known !== undefined && known.stamp === stamp && nowMs < known.untilMs) return known.reason;
    if (this.#kept.size >= mostKept) this.#kept.clear();
    const reason = trusted(path, this.#rules);
    this.#kept.set(path, { reason, stamp, untilMs: nowMs + keptMs });
    return reason;
  }
}

function stampOf({ ino, mode, uid, ctimeMs }: Stats): string {
  return `${ino} ${mode} ${uid} ${ctimeMs}`;
}
