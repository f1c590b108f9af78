// One look at one rule: what it found, and the only way by which anything is changed.
import { AgentError, reasonOf } from "../../kernel/errors.ts";
import type { ComplianceState, Info } from "./state.ts";

export interface TurnRequest {
  /** False: nothing is changed, whatever is wrong. */
  readonly mayAct: boolean;
  /** Why not, where the object itself would. */
  readonly whyNot: string | undefined;
  /** Aborted at the deadline and when the agent stops. */
  readonly signal: AbortSignal;
  /** Milliseconds until the deadline. */
  readonly remainingMs: () => number;
}

const mostInfos = 200;
const longestText = 1000;

export class Turn {
  readonly signal: AbortSignal;
  readonly #request: TurnRequest;
  readonly #infos: Info[] = [];
  #failed = false;
  #fixed = false;
  #triedInVain = false;

  constructor(request: TurnRequest) {
    this.#request = request;
    this.signal = request.signal;
  }

  get infos(): readonly Info[] {
    return this.#infos;
  }

  /** Whether a change was tried that did not come about. */
  get triedInVain(): boolean {
    return this.#triedInVain;
  }

  get state(): ComplianceState {
    if (this.#failed) return "ERROR";
    return this.#fixed ? "FIXED" : "COMPLIANT";
  }

  remainingMs(): number {
    return Math.max(0, this.#request.remainingMs());
  }

  /** It is as it should be. */
  compliant(text: string): void {
    this.#note("COMPLIANT", text);
  }

  /** A step went well. */
  success(text: string): void {
    this.#note("SUCCESS", text);
  }

  /** Something is wrong and stays so. */
  error(text: string): void {
    this.#failed = true;
    this.#note("ERROR", text);
  }

  /**
   * Something is wrong: mends it where that is allowed. `mend` says what it did, and rejects where it could not. False
   * when it is wrong still.
   */
  async mend(wrong: string, mend: () => Promise<string>): Promise<boolean> {
    this.#note("ERROR", wrong);
    if (!this.#request.mayAct) return this.#leave();
    try {
      this.signal.throwIfAborted();
      const done = await mend();
      this.#fixed = true;
      this.#note("FIX", done);
      return true;
    } catch (thrown) {
      this.#triedInVain = true;
      this.error(reasonOf(thrown));
      return false;
    }
  }

  /** It stays wrong; the reason is said once. */
  #leave(): false {
    const { whyNot } = this.#request;
    this.#failed = true;
    if (whyNot !== undefined && !this.#infos.some(({ text }) => text === whyNot)) this.#note("ERROR", whyNot);
    return false;
  }

  #note(state: Info["state"], text: string): void {
    if (this.#infos.length < mostInfos) this.#infos.push({ state, text: oneLine(text) });
  }
}

/** Texts come from programs and servers: bounded, and without what would move a terminal's cursor. */
function oneLine(text: string): string {
  const lines = text.split(/[\r\n]/).map((line) => line.trim());
  const line = lines
    .filter((line) => line !== "")
    .join("; ")
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, " ");
  return line.length > longestText ? `${line.slice(0, longestText)}…` : line;
}

/** For what a driver cannot do: a reason for people. */
export function cannot(reason: string, cause?: unknown): AgentError {
  return new AgentError("body.invalid", { reason, cause });
}
