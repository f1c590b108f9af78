// Finds the guilty metrics of a delivery that was refused, so that nothing is dropped beside them.
import { halvesOf, withOneAlone } from "./deliveries.ts";
import type { Delivery } from "./output.ts";

export interface SearchNeeds {
  /** Writes a delivery until the other side has decided: the reason of a refusal, undefined when it was taken. */
  readonly attempt: (delivery: Delivery) => Promise<string | undefined>;
  /** Told of metrics that were refused, alone or among others that are all alike. */
  readonly drop: (metrics: number, reason: string) => void;
}

/** A delivery of which it is known that it was refused as a whole. */
interface Suspect {
  readonly delivery: Delivery;
  readonly reason: string;
}

/** Refusals without anything taken between them. More than the halvings that lead to one metric of 100,000. */
const inOrderInVain = 20;
/** Suspects of one stretch that are halved, largest first, and of which a single metric is tried, in vain. */
const halvedInVain = 24;
const triedInVain = 24;

/**
 * Writes a delivery and, where it is refused, its halves, in their order. Where very many are guilty the rest is set
 * apart and searched afterwards. Rejects as `attempt` does.
 */
export async function deliver(whole: Delivery, needs: SearchNeeds): Promise<void> {
  const pieces = [whole];
  const suspects: Suspect[] = [];
  let inVain = 0;
  for (let delivery = pieces.pop(); delivery !== undefined; delivery = pieces.pop()) {
    const reason = await needs.attempt(delivery);
    inVain = reason === undefined ? 0 : inVain + 1;
    if (reason === undefined) continue;
    if (delivery.count === 1) needs.drop(1, reason);
    else if (inVain <= inOrderInVain) pieces.push(...halvesOf(delivery).toReversed());
    else suspects.push({ delivery, reason });
  }
  await search(
    suspects.toSorted((one, other) => other.delivery.count - one.delivery.count),
    needs,
  );
}

/**
 * Cuts suspects until something is taken; what stood beside that is searched by itself. When nothing is taken for long,
 * wherever it is tried, the stretch is all alike and is dropped.
 */
async function search(suspects: Suspect[], needs: SearchNeeds): Promise<void> {
  let inVain = 0;
  while (suspects.length > 0 && inVain < halvedInVain + triedInVain) {
    const suspect = nextOf(suspects, inVain);
    const parts = partsOf(suspect, inVain);
    if (parts.length < 2) {
      needs.drop(suspect.delivery.count, suspect.reason);
      continue;
    }
    const refused = await refusedOf(parts, needs);
    if (refused.length === parts.length) {
      suspects.push(...refused);
      inVain += 1;
      continue;
    }
    // A good one was found between guilty ones: there may be more of them in each of the others.
    const apart = inVain < halvedInVain ? [] : suspects.splice(0);
    for (const one of [...refused, ...apart]) await search([one], needs);
    inVain = 0;
  }
  for (const { delivery, reason } of suspects) needs.drop(delivery.count, reason);
}

/** The oldest, which is the largest, while they are halved; then one after the other from all over the stretch. */
function nextOf(suspects: Suspect[], inVain: number): Suspect {
  const tried = Math.max(0, inVain - halvedInVain);
  const [suspect] = suspects.splice(Math.floor((tried * suspects.length) / triedInVain), 1);
  if (suspect === undefined) throw new Error("a place beyond the end");
  return suspect;
}

/** Single metrics are tried at changing places: guilty and good ones may take turns. */
function partsOf({ delivery }: Suspect, inVain: number): readonly Delivery[] {
  return inVain < halvedInVain ? halvesOf(delivery) : withOneAlone(delivery, inVain * 31);
}

async function refusedOf(parts: readonly Delivery[], { attempt }: SearchNeeds): Promise<Suspect[]> {
  const refused: Suspect[] = [];
  for (const delivery of parts) {
    const reason = await attempt(delivery);
    if (reason !== undefined) refused.push({ delivery, reason });
  }
  return refused;
}
