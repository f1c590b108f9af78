// The metrics of a program's performance data.
import { parsePerformanceData } from "../../formats/nagios-perfdata.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { createRarely } from "../../kernel/rarely.ts";
import { faultOf, type Metric, noTags } from "../../metric/metric.ts";

/** Of one result: labels become series, and what a program prints may be anything. */
const labelsAtMost = 200;

/**
 * A function that gives `<check's identity with dots>.<label>`, with the unit as a tag (contract opsbro §5.3), and says
 * once in a while which check has more labels than are taken.
 */
export function createPerfdataMetrics({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
  const rarely = createRarely(clock);
  return (id: string, perfdata: string, timestampMs: number): Metric[] => {
    const { data } = parsePerformanceData(`|${perfdata}`);
    if (data.length > labelsAtMost && rarely.tell(id) !== undefined)
      log.warning("a check has more labels than are kept", {
        check: id,
        labels: data.length,
        kept: labelsAtMost,
      });
    const family = id.replaceAll("/", ".");
    return data
      .slice(0, labelsAtMost)
      .map(({ label, value, unit }) => ({
        name: `${family}.${label}`,
        tags: unit === "" ? noTags : { unit },
        value,
        timestampMs,
      }))
      .filter((metric) => faultOf(metric) === undefined);
  };
}
