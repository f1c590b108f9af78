import { expect, it } from "vitest";
import { Beneath } from "./beneath.ts";

const check = (id: string, ...dependsOn: string[]) => ({ id, name: id, dependsOn });

it("tells each problem once as long as it stays, and again when it comes back", () => {
  const told: string[] = [];
  const beneath = new Beneath((line) => void told.push(line));
  const bad = [check("a", "nobody"), check("b", "c"), check("c", "b")];
  for (let round = 0; round < 3; round += 1) beneath.resolve(bad);
  expect(told).toEqual([
    expect.stringContaining("b → c → b"),
    'depends_on of the check a names "nobody", and there is none',
  ]);
  beneath.resolve([...bad, check("d", "nowhere")]);
  expect(told.slice(2)).toEqual(['depends_on of the check d names "nowhere", and there is none']);
  beneath.resolve([check("a")]);
  beneath.resolve([check("a", "nobody")]);
  expect(told.slice(3)).toEqual(['depends_on of the check a names "nobody", and there is none']);
});

it("knows what a check stands on since it was resolved last", () => {
  const beneath = new Beneath(() => {});
  expect(beneath.of("site")).toEqual([]);
  beneath.resolve([check("site", "router"), check("router")]);
  expect(beneath.of("site")).toEqual(["router"]);
  beneath.resolve([check("site"), check("router")]);
  expect(beneath.of("site")).toEqual([]);
});
