// Free keys that look like slips: `critcal_if` is legal data, and a check that never alerts.
import { nearestKey } from "../../config/index.ts";

/** Those whose name is nearly one that means something. */
export function unlikelyKeys(
  free: readonly string[],
  known: readonly string[],
): { readonly key: string; readonly text: string }[] {
  return free.flatMap((key) => {
    const nearest = key.length > 4 ? nearestKey(key, known) : undefined;
    return nearest === undefined ? [] : [{ key, text: `did you mean ${JSON.stringify(nearest)}?` }];
  });
}
