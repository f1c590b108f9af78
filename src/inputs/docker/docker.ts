// The Docker engine of this host as others ask for it: containers, images, and what they use (contract opsbro §11.3).
import type { Clock, Timer } from "../../kernel/clock.ts";
import type { CollectorSet } from "../collector-set.ts";
import { type DockerStats, dockerStats, type Samples } from "./docker-stats.ts";
import type { Engine, EngineView, ListedContainer } from "./engine.ts";
import type { FollowedEngine } from "./followed-engine.ts";
import { inBatches } from "./in-batches.ts";
import { shownJson } from "./shown-json.ts";

export interface DockerInfo {
  readonly enabled: boolean;
  readonly connected: boolean;
  readonly version: string;
  readonly api: string;
  /** Numbers of what runs and of what there is. */
  readonly containers: number;
  readonly images: number;
}

export interface Docker {
  /** The section `docker` of `agent info` (contract opsbro §12.3), within two seconds. Never rejects. */
  info(): Promise<DockerInfo>;
  /** What the engine tells of each running container, keys in lower case, without `Env`. Never rejects. */
  containers(): Promise<readonly unknown[]>;
  /** The same for one, by its id, the id's first twelve digits, or its name. */
  container(id: string): Promise<unknown>;
  /** Rows of the engine's list of images, keys in lower case. Never rejects. */
  images(): Promise<readonly unknown[]>;
  /** One of them, by its id with or without `sha256:`, or by a tag. */
  image(id: string): Promise<unknown>;
  /** From the collector's last two samples, without containers that have ended since. Never rejects. */
  stats(): Promise<DockerStats>;
}

/** All answers together stay below this; containers beyond it are told by id, name and image alone. */
const inspectedLimitBytes = 8 * 1024 * 1024;

/** Who asks how the agent is does not wait longer for an engine that hangs. */
const infoWaitMs = 2000;

export interface DockerNeeds {
  readonly clock: Clock;
  /** The one that the collectors look at. */
  readonly followed: Pick<FollowedEngine, "engine">;
  /** They have the samples. */
  readonly collectors: Pick<CollectorSet, "reports" | "samples">;
}

/** Asks nothing of the engine before somebody asks for it. */
export function createDocker({ clock, followed, collectors }: DockerNeeds): Docker {
  const look = () => orNothing(async () => viewOf(await followed.engine?.look()));
  const inspect = ({ id }: ListedContainer) =>
    orNothing(async () => followed.engine?.ofContainer(id, "json"));
  const rows = async () =>
    (await look()) === undefined ? [] : ((await orNothing(async () => followed.engine?.images())) ?? []);
  let inspecting: Promise<readonly unknown[]> | undefined;
  return {
    async info() {
      const report = collectors.reports().find(({ name }) => name === "docker");
      const enabled = report !== undefined && report.state !== "DISABLED";
      const view = await within(infoWaitMs, look(), clock);
      const { version = "", api = "", running = 0, images = 0 } = view ?? {};
      return { enabled, connected: view !== undefined, version, api, containers: running, images };
    },
    async containers() {
      const listed = (await look())?.containers ?? [];
      // A thousand questions to the engine: those who ask at the same time share them.
      inspecting ??= inspectAll(listed, inspect).finally(() => {
        inspecting = undefined;
      });
      return await inspecting;
    },
    async container(id) {
      const listed = (await look())?.containers.find((one) => isNamed(one, id));
      return listed === undefined ? undefined : shownJson(await inspect(listed));
    },
    images: async () => (await rows()).map((row) => shownJson(row)),
    image: async (id) => shownJson((await rows()).find((row) => isImage(row, id))),
    async stats() {
      const view = await look();
      return dockerStats(view, collectors.samples("docker") as Samples | undefined);
    },
  };
}

/** Without those that have ended meanwhile. */
async function inspectAll(
  listed: readonly ListedContainer[],
  inspect: (container: ListedContainer) => Promise<unknown>,
): Promise<readonly unknown[]> {
  let bytes = 0;
  const shown = await inBatches(listed, async (container) => {
    if (bytes > inspectedLimitBytes) return { ...container };
    const found = shownJson(await inspect(container));
    bytes += JSON.stringify(found)?.length ?? 0;
    return found;
  });
  return shown.filter((container) => container !== undefined);
}

function viewOf(view: Awaited<ReturnType<Engine["look"]>> | undefined): EngineView | undefined {
  return view === undefined || "absent" in view ? undefined : view;
}

/** Undefined when it has not come by then. */
async function within<Value>(ms: number, coming: Promise<Value>, clock: Clock): Promise<Value | undefined> {
  let timer: Timer | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = clock.after(ms, () => resolve(undefined));
  });
  try {
    return await Promise.race([coming, late]);
  } finally {
    timer?.cancel();
  }
}

/** Why the engine does not answer is told by the collector's state. */
async function orNothing<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask();
  } catch {
    return undefined;
  }
}

const shortId = 12;

function isNamed({ id, name }: ListedContainer, wanted: string): boolean {
  return id === wanted || name === wanted || (wanted.length >= shortId && id.startsWith(wanted));
}

function isImage(row: unknown, wanted: string): boolean {
  if (typeof row !== "object" || row === null) return false;
  const { Id, RepoTags } = row as { Id?: unknown; RepoTags?: unknown };
  return Id === wanted || Id === `sha256:${wanted}` || (Array.isArray(RepoTags) && RepoTags.includes(wanted));
}
