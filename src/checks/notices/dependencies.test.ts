import { describe, expect, it } from "vitest";
import { resolveDependencies } from "./dependencies.ts";

const check = (id: string, ...dependsOn: string[]) => ({ id, name: id.split("/").at(-1) ?? id, dependsOn });

describe("what checks stand on", () => {
  it("finds checks by identity, and by name where only one has it", () => {
    const { beneath, unknown } = resolveDependencies([
      check("net/router"),
      check("web/site", "router"),
      check("db/site", "net/router"),
      check("page", "site"),
    ]);
    expect(beneath.get("web/site")).toEqual(["net/router"]);
    expect(beneath.get("db/site")).toEqual(["net/router"]);
    expect(unknown).toEqual([{ check: "page", name: "site" }]);
  });

  it("leaves the last step of a circle out and tells of it", () => {
    const { beneath, circles } = resolveDependencies([check("a", "b"), check("b", "c"), check("c", "a")]);
    expect(circles).toEqual([["a", "b", "c", "a"]]);
    expect([...beneath]).toEqual([
      ["a", ["b"]],
      ["b", ["c"]],
      ["c", []],
    ]);
  });

  it("sees that a check stands on itself", () => {
    expect(resolveDependencies([check("a", "a")])).toMatchObject({ circles: [["a", "a"]] });
  });

  it("is done with a long chain", () => {
    const chain = Array.from({ length: 20_000 }, (_, place) => check(`c${place}`, `c${place + 1}`));
    const { beneath, circles, unknown } = resolveDependencies(chain);
    expect([beneath.size, circles, unknown]).toEqual([20_000, [], [{ check: "c19999", name: "c20000" }]]);
  });

  it("takes a diamond for no circle", () => {
    const all = [check("top", "left", "right"), check("left", "base"), check("right", "base"), check("base")];
    expect(resolveDependencies(all).circles).toEqual([]);
  });
});
