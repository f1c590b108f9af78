// Why a request failed, in words.

/** A name with several addresses fails with one error for each of them and no text of its own: then all are named. */
export function failureReason(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const deeper = thrown instanceof AggregateError ? thrown : thrown.cause;
  if (!(deeper instanceof AggregateError)) return thrown.message;
  return deeper.errors.map((error) => (error instanceof Error ? error.message : String(error))).join("; ");
}
