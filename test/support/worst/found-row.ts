// What an attack on an agent found, as tests see it: figures of those who asked beside it.

interface Asked {
  readonly worstMs: number;
  readonly middleMs: number;
  readonly count: number;
  readonly failed: number;
}

interface Figures {
  /** GET /. */
  readonly plain: Asked;
  /** POST /monitor. */
  readonly monitor: Asked;
  readonly peakMiB: number;
  readonly nowMiB: number;
}

export interface FoundRow extends Figures {
  /** Routes and listeners that were attacked at the same time. */
  readonly subjects: readonly string[];
  readonly kind: string;
  readonly moreMiB: number;
}

export interface WorstFound {
  readonly rest: Figures;
  readonly rows: readonly FoundRow[];
}

export interface WorstOptions {
  /** Part of the largest bodies. */
  readonly size: number;
  /** How long each attack without an end goes on. */
  readonly forMs: number;
  readonly restMs: number;
  /** How often a row is tried again that was too late or took too much. */
  readonly repeats: number;
  /** Routes and listeners that are attacked at the same time. */
  readonly together: number;
}

export interface WorstAgent {
  memoryMiB(): number;
  stop(): Promise<void>;
}
