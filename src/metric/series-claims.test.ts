import { expect, it } from "vitest";
import type { Origin, Tags } from "./metric.ts";
import { SeriesClaims } from "./series-claims.ts";

function claimsOf(limit = 10) {
  const claims = new SeriesClaims(limit);
  return (place: string, name: string, tags: Tags = {}, origin: Origin = "push", host = "h") =>
    claims.take(place, { metric: { name, tags }, host, origin });
}

it("a name is the first series' and nobody else's", () => {
  const take = claimsOf();
  expect(take("x", "a", { t: "1" })).toBe(true);
  expect(take("x", "a", { t: "1" })).toBe(true);
  expect(take("x", "a", { t: "1", host: "h" })).toBe(true);
  expect(take("y", "b")).toBe(true);
  for (const [name, tags, host] of [
    ["b", { t: "1" }, "h"],
    ["a", {}, "h"],
    ["a", { t: "2" }, "h"],
    ["a", { t: "1", u: "1" }, "h"],
    ["a", { t: "1" }, "other"],
    ["a", { t: "1", host: "other" }, "h"],
  ] as const)
    expect(take("x", name, tags, "push", host)).toBe(false);
});

it("what this host's collectors measure takes a name from others, and keeps it", () => {
  const take = claimsOf();
  expect(take("x", "a")).toBe(true);
  expect(take("x", "a/s", {}, "collectors")).toBe(true);
  expect(take("x", "a")).toBe(false);
  expect(take("x", "a.s", {}, "collectors")).toBe(false);
  expect(take("x", "a/s", {}, "collectors")).toBe(true);
});

it("the names that came last are remembered, and of those before at most as many", () => {
  const take = claimsOf(2);
  for (const place of ["w", "x", "y", "z", "x"]) take(place, "a");
  for (const place of ["z", "x"]) expect(take(place, "b")).toBe(false);
  expect(take("w", "b")).toBe(true);
});
