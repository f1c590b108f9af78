import { describe, expect, it } from "vitest";
import type { Reading } from "../../metric/reading.ts";
import { dataPath } from "./data-path.ts";

const reading = {
  cpuall: { "%idle": 42.5 },
  "/": { pct_used: 26 },
  eth0: { "recv_bytes/s": 10 },
  "queue.deferred": 3,
  queue: { active: 4 },
  list: ["a", { "b.c": 7 }],
  nothing: null,
  "a.b": { c: 1 },
  a: { "b.d": 2 },
};

describe("a dotted path into a reading", () => {
  it.each([
    ["cpuall.%idle", 42.5],
    ["/.pct_used", 26],
    ["eth0.recv_bytes/s", 10],
    ["queue.deferred", 3],
    ["queue.active", 4],
    ["list.0", "a"],
    ["list.1.b.c", 7],
    ["list.2", undefined],
    ["nothing", null],
    ["nothing.more", undefined],
    ["a.b.c", 1],
    ["a.b.d", 2],
    ["cpuall.constructor", undefined],
    ["__proto__", undefined],
    ["list.length", undefined],
    ["toString", undefined],
    ["", undefined],
  ])("%s", (path, value) => {
    expect(dataPath(path)(reading as unknown as Reading)).toEqual(value);
  });

  it("is done at once with a path of many dots", () => {
    expect(dataPath(".".repeat(60))({ x: 1 })).toBeUndefined();
  });
});
