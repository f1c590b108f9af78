// Waiting for what must come, without saying when.

/** The first value that is neither undefined nor false. Rejects after ten seconds, or as many as are given. */
export async function until<Value>(
  look: () => Promise<Value | undefined | false> | Value | undefined | false,
  seconds = 10,
): Promise<Value> {
  const endMs = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > endMs) throw new Error(`it has not come within ${seconds} seconds`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
