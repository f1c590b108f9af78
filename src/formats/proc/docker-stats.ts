// Answers of the Docker engine about versions, containers and what these used (Engine API 1.24 and later).

export interface ContainerStats {
  /** Bytes by the names that control groups of version 1 have for them. */
  readonly memory: ReadonlyMap<string, number>;
  /** Counters of events, by name. */
  readonly events: ReadonlyMap<string, number>;
  /** Processor time since the container's start. */
  readonly userSeconds: number | undefined;
  readonly systemSeconds: number | undefined;
}

/** Names of memory, and what version 2 of control groups calls the same. */
const gauges: readonly (readonly [string, string])[] = [
  ["cache", "file"],
  ["rss", "anon"],
  ["swap", "swap"],
  ["active_anon", "active_anon"],
  ["active_file", "active_file"],
  ["inactive_anon", "inactive_anon"],
  ["inactive_file", "inactive_file"],
  ["mapped_file", "file_mapped"],
  ["unevictable", "unevictable"],
];
export const rateNames = ["pgfault", "pgmajfault", "pgpgin", "pgpgout"];
const nanosecond = 1e-9;

/** Undefined for what is no statistics, or those of a container that has ended. */
export function parseContainerStats(answer: unknown): ContainerStats | undefined {
  const memory = objectOf(objectOf(answer)["memory_stats"]);
  const usage = objectOf(objectOf(objectOf(answer)["cpu_stats"])["cpu_usage"]);
  const details = objectOf(memory["stats"]);
  const usedBytes = numberOf(memory["usage"]);
  if (usedBytes === undefined) return undefined;
  const seconds = (name: string) => scaled(numberOf(usage[name]), nanosecond);
  return {
    memory: present([
      ["usage", usedBytes],
      ["limit", numberOf(memory["limit"])],
      ...gauges.map(([name, other]) => [name, numberOf(details[name] ?? details[other])] as const),
    ]),
    events: present(rateNames.map((name) => [name, numberOf(details[name])] as const)),
    userSeconds: seconds("usage_in_usermode"),
    systemSeconds: seconds("usage_in_kernelmode"),
  };
}

/** Containers of a list; those without an id are left out. The name is the first one, the id where there is none. */
export function parseContainers(answer: unknown): { id: string; name: string; image: string }[] {
  return (Array.isArray(answer) ? (answer as unknown[]) : []).map(objectOf).flatMap((container) => {
    const id = textOf(container["Id"]);
    const names: unknown = container["Names"];
    const name = Array.isArray(names) ? textOf(names[0]).replace(/^\//, "") : "";
    // The id becomes part of a path.
    if (!/^[0-9a-f]{1,64}$/.test(id)) return [];
    return [{ id, name: name || id.slice(0, 12), image: textOf(container["Image"]) || "none" }];
  });
}

/** Empty texts where the engine does not tell. */
export function parseVersion(answer: unknown): { version: string; api: string } {
  const { Version, ApiVersion } = objectOf(answer);
  return { version: textOf(Version), api: textOf(ApiVersion) };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

function present(pairs: readonly (readonly [string, number | undefined])[]): ReadonlyMap<string, number> {
  return new Map(pairs.filter((pair): pair is readonly [string, number] => pair[1] !== undefined));
}
