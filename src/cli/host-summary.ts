// The host on one page: a few figures of the collectors, with what they were in the last minute.
import type { CollectorAnswer } from "../api/contract/index.ts";
import { sparkline } from "./chart.ts";
import { table } from "./table.ts";

type Collectors = Readonly<Record<string, CollectorAnswer>>;

interface Figure {
  readonly label: string;
  /** Undefined while there is none. */
  readonly value: number | undefined;
  readonly text: string;
  /** What fills a bar of the sparkline; the largest value so far when absent. */
  readonly full?: number;
  /** True: not worth a line while it has been nothing but zero. */
  readonly quiet?: boolean;
}

const kept = 30;

export class HostSummary {
  readonly #past = new Map<string, number[]>();

  /** Takes the collectors' newest readings in, and gives the page. */
  page(collectors: Collectors): string {
    const rows = figuresOf(collectors)
      .filter(({ value }) => value !== undefined)
      .map((figure) => ({ ...figure, past: this.#remember(figure.label, figure.value ?? 0) }))
      .filter(({ quiet, past }) => quiet !== true || past.some((value) => value > 0))
      .map(({ label, text, past, full }) => [label, text, sparkline(past, full)]);
    const states = Object.values(collectors).filter(({ state }) => state !== "DISABLED");
    const working = states.filter(({ active }) => active);
    const series = working.reduce((sum, { metrics }) => sum + metrics, 0);
    const foot = `${working.length} collectors find something, ${series} series`;
    return `${table(rows)}${foot}\n`;
  }

  #remember(label: string, value: number): number[] {
    const past = this.#past.get(label) ?? [];
    past.push(value);
    if (past.length > kept) past.shift();
    this.#past.set(label, past);
    return past;
  }
}

function figuresOf(collectors: Collectors): Figure[] {
  return [
    ...processorFigures(collectors),
    ...memoryFigures(collectors),
    ...diskFigures(collectors),
    ...trafficFigures(collectors),
    figure("processes", numberAt(collectors, "processes", "total"), String),
  ];
}

function processorFigures(collectors: Collectors): Figure[] {
  const idle = numberAt(collectors, "cpustats", "cpu_all", "%idle");
  return [
    share("cpu busy", idle === undefined ? undefined : 100 - idle),
    share("cpu waits for disks", numberAt(collectors, "cpustats", "cpu_all", "%iowait")),
    figure("load, 1 minute", numberAt(collectors, "loadaverage", "load1"), (load) => load.toFixed(2)),
  ];
}

function memoryFigures(collectors: Collectors): Figure[] {
  const total = numberAt(collectors, "memory", "memtotal") ?? 0;
  const used = numberAt(collectors, "memory", "phys_used");
  const ofTotal = (share: number) => `${percent(share)} of ${bytes(total * 1024)}`;
  return [
    { ...figure("memory used", used, ofTotal), full: 100 },
    { ...share("swap used", numberAt(collectors, "memory", "swap_used")), quiet: true },
  ];
}

function diskFigures(collectors: Collectors): Figure[] {
  const space = Object.keys(collectors["diskusage"]?.results ?? {}).map((mount) =>
    share(`disk ${mount} used`, numberAt(collectors, "diskusage", mount, "pct_used")),
  );
  const work = Object.keys(collectors["iostats"]?.results ?? {}).map((device) =>
    share(`disk ${device} busy`, numberAt(collectors, "iostats", device, "util%")),
  );
  return [...space, ...work];
}

function trafficFigures(collectors: Collectors): Figure[] {
  const rate = (value: number) => `${bytes(value)}/s`;
  return Object.keys(collectors["networktraffic"]?.results ?? {}).flatMap((name) => [
    {
      ...figure(`${name} in`, numberAt(collectors, "networktraffic", name, "recv_bytes/s"), rate),
      quiet: true,
    },
    {
      ...figure(`${name} out`, numberAt(collectors, "networktraffic", name, "trans_bytes/s"), rate),
      quiet: true,
    },
  ]);
}

function share(label: string, value: number | undefined): Figure {
  return { ...figure(label, value, percent), full: 100 };
}

function figure(label: string, value: number | undefined, textOf: (value: number) => string): Figure {
  return { label, value, text: value === undefined ? "" : textOf(value) };
}

function numberAt(collectors: Collectors, name: string, ...path: string[]): number | undefined {
  let place: unknown = collectors[name]?.results;
  for (const key of path) {
    if (typeof place !== "object" || place === null) return undefined;
    place = (place as Readonly<Record<string, unknown>>)[key];
  }
  return typeof place === "number" ? place : undefined;
}

function percent(value: number): string {
  return `${value.toFixed(1)} %`;
}

const sizes = ["B", "KiB", "MiB", "GiB", "TiB"];

function bytes(value: number): string {
  const power = Math.min(4, Math.max(0, Math.floor(Math.log2(Math.abs(value) || 1) / 10)));
  return `${(value / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${sizes[power]}`;
}
