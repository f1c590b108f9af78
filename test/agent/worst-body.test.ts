// Every route and every listener with the worst that can be sent to it: nobody else waits long, memory stays, nothing stays open.
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pathOf } from "../../src/api/openapi-document.ts";
import { routes } from "../../src/api/routes/index.ts";
import { listenerKinds } from "../../src/inputs/listener-kinds.ts";
import { flags, main } from "../support/program.ts";
import { temporaryDirectory } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import type { FoundRow, WorstAgent, WorstFound, WorstOptions } from "../support/worst/found-row.ts";

/** Written without types: benchmarks run it without a compiler. */
const from = (name: string) => import(new URL(`../support/worst/${name}.mjs`, import.meta.url).href);
const { startWorstAgent, whatIsOpen } = (await from("worst-agent")) as {
  startWorstAgent: (options: object) => Promise<WorstAgent>;
  whatIsOpen: (agent: WorstAgent) => Promise<{ taps: number; connections: number; clients: number }>;
};
const { worstBodies } = (await from("worst-body")) as {
  worstBodies: (agent: WorstAgent, options: WorstOptions) => Promise<WorstFound>;
};
const { specialRoutes } = (await from("worst-bodies")) as { specialRoutes: readonly string[] };

/** What only a fault of the program's exceeds, however busy the machine is. */
const [longestMs, mostMiB] = [3000, 100];

const scratch = temporaryDirectory();
let agent: WorstAgent;
let found: WorstFound;

beforeAll(async () => {
  const plugins = resolve(import.meta.dirname, "../../plugins");
  agent = await startWorstAgent({ home: join(scratch.path, "home"), main, plugins, flags });
  found = await worstBodies(agent, { size: 0.02, forMs: 30, restMs: 500, repeats: 0, together: 4 });
}, 400_000);

afterAll(async () => {
  await agent.stop();
  scratch.release();
});

const subjects = () => new Set(found.rows.flatMap(({ subjects: names }) => names));
const faults = (isFault: (row: FoundRow) => boolean) =>
  found.rows.filter(isFault).map((row) => `${row.subjects.join(", ")}: ${row.kind}`);

describe("covered is", () => {
  it("every route", () => {
    const all = routes.map((route) => `${route.method} ${pathOf(route)}`);
    expect(all.filter((name) => !subjects().has(name))).toEqual([]);
    expect(specialRoutes.filter((name) => !all.includes(name))).toEqual([]);
  });

  it("every listener, each way that it takes", () => {
    const ways = { statsd: ["udp", "tcp", "unix"], graphite: ["udp", "tcp", "unix"], collectd: ["udp"] };
    expect(listenerKinds.map(({ name }) => name).sort()).toEqual(Object.keys(ways).sort());
    const names = Object.entries(ways).flatMap(([name, all]) => all.map((way) => `${name} ${way}`));
    expect([...names, "websocket tcp", "api unix"].filter((name) => !subjects().has(name))).toEqual([]);
  });
});

describe("meanwhile", () => {
  it("GET / and checks are answered, none of them late", () => {
    expect(faults(({ plain, monitor }) => plain.failed + monitor.failed > 0)).toEqual([]);
    const isLate = ({ plain, monitor }: FoundRow) => Math.max(plain.worstMs, monitor.worstMs) > longestMs;
    expect(faults(isLate)).toEqual([]);
    expect(found.rows.reduce((sum, { plain }) => sum + plain.count, 0)).toBeGreaterThan(500);
    expect(found.rows.reduce((sum, { monitor }) => sum + monitor.count, 0)).toBeGreaterThan(50);
  });

  it("memory stays", () => {
    expect(faults(({ moreMiB }) => moreMiB > mostMiB)).toEqual([]);
  });
});

describe("afterwards", () => {
  it("every tap is free, and no connection is left", async () => {
    // The one that asks is counted too.
    const left = await until(async () => {
      const open = await whatIsOpen(agent);
      return open.connections <= 1 && open.clients === 0 && open;
    }, 80);
    expect(left).toMatchObject({ taps: 16, clients: 0 });
    // Silent websockets are pinged, and given up when they have not answered by the next ping.
  }, 100_000);

  it("memory is near where it was", async () => {
    await until(() => agent.memoryMiB() < found.rest.nowMiB + mostMiB, 20);
  });
});
