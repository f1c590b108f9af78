// How many events listeners may report: a datagram holds thousands, and whoever sends them proves nothing of himself.
import type { Context } from "../kernel/module.ts";
import type { ListenerNeeds } from "./listener.ts";

/** At once; later as many as came free. */
const burst = 1000;
const perSecond = 100;

export type BudgetNeeds = Pick<ListenerNeeds, "onEvent"> & Pick<Context, "clock" | "log" | "telemetry">;

/** Hands on as many events as there is room for. Others are counted, and told of in the log once. */
export function limitEvents(input: string, needs: BudgetNeeds): ListenerNeeds["onEvent"] {
  const { clock, log, onEvent } = needs;
  const help = "Events of listeners that were left out, because too many came.";
  const leftOut = needs.telemetry.counter("input_events_left_out_total", help, { input });
  let room = burst;
  let sinceMs = clock.monotonicMs();
  return (event) => {
    const nowMs = clock.monotonicMs();
    room = Math.min(burst, room + ((nowMs - sinceMs) * perSecond) / 1000);
    sinceMs = nowMs;
    if (room >= 1) {
      room -= 1;
      onEvent(event);
      return;
    }
    if (leftOut.value === 0)
      log.warning("more events come than can be kept; those that are left out are counted", {
        input,
        per_second: perSecond,
      });
    leftOut.add(1);
  };
}
