// An event that never happened, for trying a handler.
import type { AgentEvent, JudgedState } from "../event/index.ts";

/** A check's change to that state. It has no number: it is in no history. */
export function madeUpEvent(state: JudgedState, handler: string, atMs: number): AgentEvent {
  return {
    ...{ type: "check", seq: 0, atMs },
    check: {
      ...{
        id: "test",
        name: "test",
        displayName: "Test message",
        packName: "",
        packLevel: "local",
        host: "",
      },
      ...{ state, oldState: state === "ok" ? "critical" : "ok", lastCheckMs: atMs },
      output: `This is a test of the handler ${handler}; nothing has happened.`,
      ...{ attempt: 1, attempts: 1, hard: true, flapping: false },
      ...{ notes: "", handlers: undefined, extra: {} },
    },
  };
}
