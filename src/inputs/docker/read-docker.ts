// One sample of a Docker engine: what runs, and what each container used so far.
import { type ContainerStats, parseContainerStats } from "../../formats/proc/docker-stats.ts";
import { AgentError } from "../../kernel/errors.ts";
import { HttpFailure } from "../../transports/http-client.ts";
import type { CollectorNeeds, NotEligible } from "../collector.ts";
import { openGroups } from "./container-groups.ts";
import { Engine, type EngineView, type ListedContainer } from "./engine.ts";
import { inBatches } from "./in-batches.ts";

export interface MeasuredContainer extends ListedContainer {
  readonly stats: ContainerStats;
}

export interface DockerSample extends EngineView {
  /** Those that are measured. */
  readonly containers: readonly MeasuredContainer[];
}

export interface DockerQuery {
  readonly socket: string;
  /** Containers that are measured. */
  readonly atMost: number;
}

/** Rejects with `collector.unanswered`. Where no agent follows the engine, it is asked this once. */
export async function readDocker(
  query: DockerQuery,
  needs: CollectorNeeds,
): Promise<DockerSample | NotEligible> {
  const { engineAt } = needs;
  if (engineAt !== undefined) return await sampleOf(engineAt(query.socket), query, needs);
  const engine = new Engine(query.socket, { clock: needs.clock, follow: undefined });
  try {
    return await sampleOf(engine, query, needs);
  } finally {
    await engine.stop();
  }
}

async function sampleOf(
  engine: Engine,
  { socket, atMost }: DockerQuery,
  { host, signal }: CollectorNeeds,
): Promise<DockerSample | NotEligible> {
  const view = await engine.look();
  if ("absent" in view) return { notEligible: view.absent };
  const readGroup = await openGroups(host);
  const measured = async (container: ListedContainer): Promise<MeasuredContainer[]> => {
    const stats = (await readGroup(container.id)) ?? (await askedStats(engine, container.id));
    // None for a container that stopped meanwhile.
    return stats === undefined ? [] : [{ ...container, stats }];
  };
  try {
    const containers = await inBatches(view.containers.slice(0, atMost), measured, signal);
    return { ...view, containers: containers.flat() };
  } catch (thrown) {
    if (!(thrown instanceof HttpFailure)) throw thrown;
    throw new AgentError("collector.unanswered", { address: socket, reason: thrown.message, cause: thrown });
  }
}

async function askedStats(engine: Engine, id: string): Promise<ContainerStats | undefined> {
  return parseContainerStats(await engine.ofContainer(id, "stats?stream=false&one-shot=true"));
}
