import { expect, it } from "vitest";
import { coreDumps } from "./core-dumps.ts";

const nowMs = 1_700_000_000_000;
const file = (service: string, ageMs: number) => ({ service, pid: 1, atMs: nowMs - ageMs });

it("counts all of them, and those of each service, in one walk", () => {
  const files = [file("web", 1000), file("web", 120_000), file("db", 59_000)];
  expect(coreDumps.measure({ files, readAtMs: nowMs }, undefined)).toEqual({
    count: 3,
    recent: 2,
    services: { web: { count: 2, recent: 1 }, db: { count: 1, recent: 1 } },
  });
});

it("makes no more series than it should of names that anybody may choose", () => {
  const files = Array.from({ length: 10_000 }, (_, number) => file(`s${number}`, 0));
  const { services, count } = coreDumps.measure({ files, readAtMs: nowMs }, undefined) as {
    services: Record<string, { count: number }>;
    count: number;
  };
  expect(count).toBe(10_000);
  expect(Object.keys(services)).toHaveLength(101);
  expect(services["others"]?.count).toBe(9900);
});
