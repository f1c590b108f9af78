// What a check can say of the state of things, in words and in Nagios' numbers.

/** `pending` has never been judged. */
export type CheckState = "pending" | "ok" | "warning" | "critical" | "unknown";

/** What a judgement can end with. */
export type JudgedState = Exclude<CheckState, "pending">;

const byStatus = ["ok", "warning", "critical", "unknown"] as const;

/** As Nagios counts; `pending` counts as unknown (contract opsbro §5.4). */
export function stateIdOf(state: CheckState): 0 | 1 | 2 | 3 {
  if (state === "ok") return 0;
  if (state === "warning") return 1;
  return state === "critical" ? 2 : 3;
}

/** Anything but 0, 1 and 2 is unknown, as the exit codes of plugins are read. */
export function stateOfStatus(status: number): JudgedState {
  return byStatus[status] ?? "unknown";
}
