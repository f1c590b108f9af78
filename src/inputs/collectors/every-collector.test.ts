// What holds for every collector of the host, seen on the host that runs the tests.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { systemClock } from "../../kernel/clock.ts";
import { type Collector, isNotEligible, type Reading } from "../collector.ts";
import { createHostFiles } from "../host-files.ts";
import { metricsOfReading } from "../reading-metrics.ts";
import { hostCollectors } from "./index.ts";

const needs = () => ({ host: createHostFiles(), clock: systemClock, signal: new AbortController().signal });

/** A reading of this host, from two samples; why there is none otherwise. */
async function readingHere(collector: Collector, config: unknown = {}): Promise<Reading | string> {
  const parameters = collector.config.parse(config);
  const own = needs();
  const first = await collector.read(parameters, own);
  if (isNotEligible(first)) return first.notEligible;
  const beganMs = performance.now();
  await spendAWhile();
  const sample = await collector.read(parameters, own);
  if (isNotEligible(sample)) return sample.notEligible;
  return collector.measure(sample, { sample: first, elapsedMs: performance.now() - beganMs }) ?? "nothing";
}

/** Long enough for the kernel's clock to tick some times: it counts hundredths of a second. */
async function spendAWhile(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 60);
  });
}

describe.each(hostCollectors.map((collector) => [collector.name, collector] as const))(
  "%s",
  (_name, collector) => {
    it("says what it is", () => {
      expect(collector.name).toMatch(/^[a-z]+$/);
      expect(collector.summary).toMatch(/^[A-Z].*\.$/);
      for (const { help } of Object.values(collector.leaves)) expect(help).toMatch(/^[A-Z].*[^.]$/);
    });

    it("has parameters that all have a default and are described", () => {
      const { properties = {} } = z.toJSONSchema(collector.config, { io: "input", unrepresentable: "any" });
      for (const property of Object.values(properties))
        expect(property).toMatchObject({ description: expect.stringMatching(/\.$/) as string });
      const defaults = collector.config.parse({});
      expect(collector.config.parse(defaults)).toEqual(defaults);
    });

    it("keeps today's names when it adds older ones", () => {
      const reading = { one: { two: 1 }, three: "x" };
      expect(collector.spellings(reading)).toMatchObject(reading);
    });
  },
);

describe("collectors together", () => {
  it("have names of their own", () => {
    const names = hostCollectors.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    "cpustats",
    "memory",
    "diskusage",
    "loadaverage",
    "kernelstats",
    "system",
    "processes",
    "sockets",
  ])("find %s here", async (name) => {
    const collector = hostCollectors.find((one) => one.name === name);
    expect(typeof (collector && (await readingHere(collector)))).toBe("object");
  });

  it("agree with what else is known of this host", async () => {
    const here = async (name: string) =>
      (await readingHere(hostCollectors.find((one) => one.name === name) as Collector)) as Reading;
    const cpus = await here("cpustats");
    for (const level of Object.values(cpus)) {
      const { "%guest": guest = 0, "%guest_nice": niceGuest = 0, ...rest } = level as Record<string, number>;
      const sum = Object.values(rest).reduce((all, one) => all + one, 0);
      expect(sum - guest - niceGuest).toBeCloseTo(100, 0);
    }
    const { memtotal, phys_used } = (await here("memory")) as Record<string, number>;
    expect(memtotal).toBeGreaterThan(10_000);
    expect(phys_used).toBeGreaterThan(0);
    expect(phys_used).toBeLessThanOrEqual(100);
    const { total, threads } = (await here("processes")) as Record<string, number>;
    expect(total).toBeGreaterThan(1);
    expect(threads).toBeGreaterThan(total ?? 0);
    const root = (await here("diskusage"))["/"] as Record<string, number>;
    expect(root["total"]).toBeGreaterThanOrEqual(root["used"] ?? Number.NaN);
  });
});

describe("geoloc", () => {
  const geoloc = hostCollectors.find(({ name }) => name === "geoloc") as Collector;
  const answering = async (body: string, ask: (url: string) => Promise<void>, status = 200) => {
    const server = createServer((_request, response) => response.writeHead(status).end(body));
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}/json`);
    server.close();
  };

  it("takes the texts of the answer and nothing else", async () => {
    await answering('{"city":"Kyoto","loc":"35.02,135.75","odd":7,"deep":{"a":1}}', async (url) => {
      expect(await readingHere(geoloc, { url })).toEqual({ city: "Kyoto", loc: "35.02,135.75" });
    });
  });

  it.each([
    ["no JSON", 200],
    ['{"city":"Kyoto"}', 500],
    ["[]", 200],
    ["{}", 200],
  ])("finds no place in %j with status %d", async (body, status) => {
    await answering(
      body,
      async (url) => expect(await readingHere(geoloc, { url })).toMatch(/without a place/),
      status,
    );
  });

  it("finds no place where nobody answers", async () => {
    expect(await readingHere(geoloc, { url: "http://127.0.0.1:1/" })).toMatch(/ECONNREFUSED/);
  });
});

const atWork = hostCollectors.filter(({ onDemand }) => onDemand !== true);

it.each(atWork.map((collector) => [collector.name, collector] as const))(
  "%s reads this host",
  async (_name, collector) => {
    const reading = await readingHere(collector);
    if (typeof reading === "string") {
      expect(reading).toMatch(/\w+ \w+/);
      return;
    }
    expect(Object.keys(reading)).not.toEqual([]);
    const names = metricsOfReading(collector, reading, 0).map(({ name }) =>
      name.slice(collector.name.length + 1),
    );
    const unexplained = names.filter((name) => !(name in collector.leaves) && !("*" in collector.leaves));
    expect(unexplained, "name them in `leaves`").toEqual([]);
    expect(JSON.stringify(reading)).not.toMatch(/NaN|Infinity|undefined|:null/);
  },
);
