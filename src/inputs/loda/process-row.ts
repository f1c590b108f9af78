// Loda's PROC rows: what the processes of one executable use (contract loda §6.8).
import type { Earlier } from "../collector.ts";
import type {
  GroupProcess,
  ProcessGroup,
  ProcessGroupsSample,
} from "../collectors/measuring/process-usage.ts";
import { grownSum } from "../collectors/measuring/ticks.ts";
import { groupGrowth, totals } from "../collectors/process-groups.ts";
import { cutPercent, type LodaPoint, points } from "./point.ts";

/** A row of the registry, as far as it is needed. */
export interface ProcessRow {
  readonly name: string;
  readonly bin_path: string;
}

/** The groups that `readProcessGroups` has to read for these rows. */
export function groupsOfRows(rows: readonly ProcessRow[]): readonly ProcessGroup[] {
  return rows
    .filter(({ bin_path }) => bin_path.startsWith("/"))
    .map(({ name, bin_path }) => ({ name, match: bin_path }));
}

interface GroupSamples {
  readonly sample: ProcessGroupsSample;
  readonly earlier: Earlier<ProcessGroupsSample> | undefined;
}

/** None for a row that was not read. Processor time and what went to disks are told from the second sample on. */
export function processPoints({ name }: ProcessRow, { sample, earlier }: GroupSamples): LodaPoint[] {
  const now = sample.groups.get(name);
  if (now === undefined) return [];
  const { count, fds, rss } = totals(now);
  return points(
    {},
    {
      [`${name}.procnum`]: count,
      [`${name}.fdnum`]: fds ?? 0,
      [`${name}.mem`]: rss,
      ...(earlier === undefined ? {} : rates(name, { sample, earlier })),
    },
  );
}

function rates(
  name: string,
  { sample, earlier }: Required<GroupSamples> & { earlier: Earlier<ProcessGroupsSample> },
) {
  const now = sample.groups.get(name) ?? new Map<string, GroupProcess>();
  const before = earlier.sample.groups.get(name) ?? new Map<string, GroupProcess>();
  const allTicks = grownSum(sample.machine.ticks, earlier.sample.machine.ticks) ?? 0;
  const grown = (figure: (process: GroupProcess) => number | undefined) => groupGrowth(now, before, figure);
  const perSecond = (bytes: number) => Math.ceil((bytes * 1000) / earlier.elapsedMs);
  return {
    [`${name}.cpu`]:
      allTicks > 0
        ? cutPercent(
            grown(({ ticks }) => ticks),
            allTicks,
          )
        : undefined,
    [`${name}.io.read`]: perSecond(grown(({ io }) => io?.readBytes)),
    [`${name}.io.write`]: perSecond(grown(({ io }) => io?.writtenBytes)),
  };
}
