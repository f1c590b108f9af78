// A place in the journal, as counts of what was written before it.

export interface Position {
  /** Batches before this place. */
  readonly batch: number;
  /** Records before it: batches that arrived within the same second are one record (contract happo §5.4). */
  readonly record: number;
  readonly metric: number;
}

export const origin: Position = Object.freeze({ batch: 0, record: 0, metric: 0 });

/** `batch.record.metric`, for clients to give back. */
export function positionToken({ batch, record, metric }: Position): string {
  return `${batch}.${record}.${metric}`;
}

/** Undefined for anything that is no token. */
export function parsePositionToken(text: string): Position | undefined {
  const [, ...counts] = /^(\d{1,15})\.(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  const [batch, record, metric] = counts.map(Number);
  if (batch === undefined || record === undefined || metric === undefined) return undefined;
  return { batch, record, metric };
}
