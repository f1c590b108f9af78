// What functions of expressions may ask of this host and of the rest of the agent.
import type { Clock } from "../../kernel/clock.ts";

/** A program of the system's path. */
export interface ProgramRequest {
  readonly name: string;
  readonly option: string;
  readonly deadlineMs: number;
}

export interface ProgramAnswer {
  readonly status: number;
  readonly stdout: string;
}

export interface FunctionHost {
  readonly clock: Pick<Clock, "now" | "after">;
  /** Where the host's files are: `/` unless the agent sees the host from inside a container. */
  readonly root: string;
  /** Ends all waiting. */
  readonly signal?: AbortSignal | undefined;
  isInGroup(group: string): boolean;
  /** The group comes from the configuration, or was added by hand. */
  isInFixedGroup(group: string): boolean;
  /** A variable of the agent's own environment. */
  environment(name: string): string | undefined;
  /** Zone of the node; an empty uuid is this node, an empty answer is nobody's zone. */
  zoneOf(uuid: string): string;
  /** An empty group or state stands for all; states are in lower case. */
  countNodes(group: string, state: string): number;
  haveEventType(type: string): boolean;
  /** `UNKNOWN` where there is no such rule. */
  complianceState(name: string): string;
  isHostingActive(name: string): boolean;
  run(request: ProgramRequest): Promise<ProgramAnswer>;
}
