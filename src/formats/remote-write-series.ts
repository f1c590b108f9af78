// Metrics as Prometheus' series: names and labels in its characters, samples in order of time.
import { BoundedMap } from "../kernel/bounded-map.ts";
import type { Metric, Origin } from "../metric/metric.ts";
import { seriesKey } from "../metric/series.ts";
import { SeriesClaims } from "../metric/series-claims.ts";
import { encodeLabel, encodeName, type NameForm } from "./prometheus-escape.ts";
import { prometheusGaugeName } from "./prometheus-name.ts";
import { encodeLabels, type Label, type RemoteSample, type RemoteSeries } from "./remote-write.ts";

export interface HostMetrics {
  readonly host: string;
  readonly origin: Origin;
  readonly metrics: readonly Metric[];
}

export interface RemoteSeriesForm {
  readonly names: NameForm;
  /** Labels of every series that has not its own of that name. */
  readonly external: Readonly<Record<string, string>>;
}

export interface RemoteBatch {
  readonly series: readonly RemoteSeries[];
  /** Metrics whose labels are those of another series. */
  readonly refused: number;
}

/** Series whose labels are kept ready. */
const remembered = 20_000;

/** What a series has become. */
interface Known {
  readonly labels: Buffer;
  /** The labels as a text, to tell series apart. */
  readonly key: string;
}

/** The tags of a metric are labels, and win over `host`, which wins over the external ones. */
export function createRemoteSeries(form: RemoteSeriesForm): (parcels: readonly HostMetrics[]) => RemoteBatch {
  const known = new BoundedMap<string, Known>(remembered);
  const claims = new SeriesClaims(remembered);
  const knownOf = (metric: Metric, { host, origin }: HostMetrics) => {
    const series = `${origin === "collectors" ? "c" : "f"}${host}\n${seriesKey(metric)}`;
    const ready = known.get(series);
    if (ready !== undefined) return ready;
    const labels = encodeLabels(labelsIn(metric, { host, origin }, form));
    const made = { labels, key: labels.toString("latin1") };
    known.set(series, made);
    return made;
  };
  return (parcels) => {
    const groups = new Map<string, SeriesGroup>();
    let refused = 0;
    for (const parcel of parcels) {
      for (const metric of parcel.metrics) {
        const series = knownOf(metric, parcel);
        if (claims.take(series.key, { metric, host: parcel.host, origin: parcel.origin }))
          putInto(groups, series, metric);
        else refused += 1;
      }
    }
    const series = [...groups.values()].map(({ labels, samples }) => ({ labels, samples: inOrder(samples) }));
    return { series, refused };
  };
}

interface SeriesGroup {
  readonly labels: Buffer;
  /** By their times. */
  readonly samples: Map<number, number>;
}

function putInto(groups: Map<string, SeriesGroup>, { key, labels }: Known, metric: Metric): void {
  const group = groups.get(key);
  if (group !== undefined) group.samples.set(metric.timestampMs, metric.value);
  else groups.set(key, { labels, samples: new Map([[metric.timestampMs, metric.value]]) });
}

function inOrder(samples: ReadonlyMap<number, number>): RemoteSample[] {
  const list = [...samples].map(([timestampMs, value]) => ({ timestampMs, value }));
  return list.sort((one, other) => one.timestampMs - other.timestampMs);
}

/** Our own collectors' names are cleaned, as they always were; everybody else's can be read back. */
function nameOf(name: string, origin: Origin, form: NameForm): string {
  return origin === "collectors" && form !== "utf8" ? prometheusGaugeName(name) : encodeName(name, form);
}

function labelsIn(
  { name, tags }: Metric,
  { host, origin }: Pick<HostMetrics, "host" | "origin">,
  { names, external }: RemoteSeriesForm,
): Label[] {
  const labels = new Map([["__name__", nameOf(name, origin, names)]]);
  const own = Object.entries(tags).map(([tag, value]): Label => [encodeLabel(tag, names), value]);
  for (const [label, value] of [...own, ["host", host] as const, ...Object.entries(external)])
    if (value !== "" && !labels.has(label)) labels.set(label, value);
  return [...labels].sort(byName);
}

function byName([one]: Label, [other]: Label): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
