// States of checks, collectors and compliances, in colour and all of one width.
import { printable } from "../kernel/log.ts";
import type { Colour } from "./colour.ts";

const stateColours: Readonly<Record<string, Colour>> = {
  ok: "green",
  compliant: "green",
  fixed: "green",
  warning: "yellow",
  unknown: "yellow",
  critical: "red",
  error: "red",
};

/** In capitals, `width` wide at least. */
export function stateText(
  state: string,
  colour: (colour: Colour, text: string) => string,
  width = 0,
): string {
  const text = printable(state).toUpperCase().padEnd(width);
  return colour(stateColours[state.toLowerCase()] ?? "dim", text);
}

/** `3 ok, 1 critical`, in the order in which they are given first. */
export function countText(states: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${printable(state)}`).join(", ");
}
