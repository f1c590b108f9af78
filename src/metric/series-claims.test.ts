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

it("as many names as the limit says are remembered, those that came last", () => {
  const take = claimsOf(3);
  for (const place of ["u", "v", "w", "x", "y", "z"]) take(place, "a");
  for (const place of ["x", "y", "z"]) expect(take(place, "b")).toBe(false);
  expect(["x", "y", "z"].filter((place) => take(place, "a"))).toHaveLength(3);
});

it("a name that comes again is not forgotten, and of the others only the last", () => {
  const take = claimsOf(2);
  for (const place of ["x", "y", "z", "x", "v", "u"]) take(place, "a");
  expect(take("x", "b")).toBe(false);
  expect(take("y", "b")).toBe(true);
});
