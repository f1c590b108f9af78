// What is dear to make and the same for everybody is made once for all who ask within a short time, and is not kept for longer.
import type { Clock } from "./clock.ts";

/**
 * `keepMs` is counted from when it was asked for first; 0 for those alone who ask while it is made. What could not be made
 * is asked for anew.
 */
export function keptBriefly<Value>(
  make: () => Promise<Value>,
  keepMs: number,
  clock: Pick<Clock, "after">,
): () => Promise<Value> {
  let kept: Promise<Value> | undefined;
  const forget = () => {
    kept = undefined;
  };
  return () => {
    if (kept === undefined) {
      kept = make();
      kept.catch(forget);
      if (keepMs === 0) kept.then(forget, () => {});
      else clock.after(keepMs, forget);
    }
    return kept;
  };
}
