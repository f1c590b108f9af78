// Nothing stays behind: a few kinds of operation, many times over, and the heap and the descriptors that are left of them.
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { flags, main } from "../support/program.ts";
import { directoryOfTest } from "../support/temporary.ts";

interface Row {
  readonly kind: string;
}

interface Group {
  readonly agent: { readonly config?: object; readonly files?: object; readonly stop?: () => void };
  readonly rows: readonly Row[];
}

interface InspectedAgent {
  stop(): Promise<void>;
}

/** Written without types: the benchmark runs it without a compiler. */
const from = (name: string) => import(new URL(`../support/leaks/${name}.mjs`, import.meta.url).href);
const { requestRows } = (await from("request-rows")) as { requestRows: () => Promise<Group> };
const { outputGroups } = (await from("delivery-rows")) as { outputGroups: () => (() => Promise<Group>)[] };
const { startInspectedAgent } = (await from("inspected-agent")) as {
  startInspectedAgent: (options: object) => Promise<InspectedAgent>;
};
const { measureRow } = (await from("measure-row")) as {
  measureRow: (
    agent: InspectedAgent,
    row: Row,
    options: object,
  ) => Promise<{ bytes: number; descriptors: number }>;
};

/** A leak is kilobytes for each; what the engine itself needs meanwhile is some ten thousand bytes for all. */
const limitBytes = 400;
const options = { repeat: 300, warmUp: 300, settleMs: 200, mostRounds: 8, limitBytes };

/** Those of the group that are meant, measured with one agent. */
async function leftBy(open: () => Promise<Group>, meant: RegExp) {
  const { agent: plan, rows } = await open();
  onTestFinished(() => plan.stop?.());
  const wanted = rows.filter(({ kind }) => meant.test(kind));
  if (wanted.length === 0) return [];
  const home = join(directoryOfTest(), "home");
  const config = JSON.parse(JSON.stringify(plan.config ?? {}).replaceAll("{home}", home)) as object;
  const agent = await startInspectedAgent({ ...plan, home, main, flags, config });
  onTestFinished(() => agent.stop());
  const found: { readonly kind: string; readonly bytes: number; readonly descriptors: number }[] = [];
  for (const row of wanted) found.push({ kind: row.kind, ...(await measureRow(agent, row, options)) });
  return found;
}

const isLeft = ({ bytes, descriptors }: { bytes: number; descriptors: number }) =>
  bytes > limitBytes || descriptors > 0;

it("of requests and streams nothing is left", async () => {
  const found = await leftBy(requestRows, /^(hop refused|server-sent events|tap)$/);
  expect(found).toHaveLength(3);
  expect(found.filter(isLeft)).toEqual([]);
}, 120_000);

it("of deliveries nothing is left, whatever the other side does", async () => {
  const kinds = /^output (influx, (delivering|answered with 500)|nsq over TCP, delivering)$/;
  const found = (await Promise.all(outputGroups().map((open) => leftBy(open, kinds)))).flat();
  expect(found).toHaveLength(3);
  expect(found.filter(isLeft)).toEqual([]);
}, 120_000);
