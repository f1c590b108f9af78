// What a value is in one second, reckoned as collectd does it.
import type { CollectdValue } from "../../formats/collectd-packet/value-list.ts";

/** The value that came before; undefined for the first. */
export interface Earlier {
  readonly value: number | bigint;
  readonly elapsedMs: number;
}

const [word, long] = [2n ** 32n, 2n ** 64n];

/** Undefined where one value alone says nothing. `intervalMs`: what the sender claims, for the first value. */
export function rateOf(
  { kind, value }: CollectdValue,
  earlier: Earlier | undefined,
  intervalMs: number,
): number | undefined {
  if (kind === "gauge") return Number(value);
  // Counted anew for each reading: also the first one says something.
  if (kind === "absolute") return inOneSecond(Number(value), earlier?.elapsedMs ?? intervalMs);
  if (earlier === undefined) return undefined;
  const difference = kind === "derive" ? change : increase;
  return inOneSecond(difference(earlier.value, value), earlier.elapsedMs);
}

function inOneSecond(amount: number, ms: number): number | undefined {
  return ms > 0 ? (amount * 1000) / ms : undefined;
}

function change(before: number | bigint, now: number | bigint): number {
  if (typeof before === "number" && typeof now === "number") return now - before;
  return Number(BigInt.asIntN(64, BigInt(now) - BigInt(before)));
}

/** A counter that fell has passed its end: that of 32 bits if it was below it. */
function increase(before: number | bigint, now: number | bigint): number {
  if (now >= before) return change(before, now);
  const end = before < word ? word : long;
  return Number(end - BigInt(before) + BigInt(now));
}
