import { describe, expect, it } from "vitest";
import { historyConfig } from "./index.ts";

describe("the configuration", () => {
  it("has defaults", () => {
    const { resolutions, ...rest } = historyConfig.parse(undefined);
    expect(rest).toEqual({ aggregation: [], max_size: 268_435_456, max_series: 20_000, flush_every: 60_000 });
    expect(resolutions.map(({ name, spanMs }) => [name, spanMs / 3_600_000])).toEqual([
      ["10s", 2],
      ["1m", 24],
      ["15m", 168],
    ]);
    expect(resolutions[2]?.keepMs).toBe(365 * 86_400_000);
  });

  it.each([[["7s:1h", "70s:2h", "210s:1d"]], [["1s:1h", "13s:1d"]], [["1d:2y", "3d:9y"]], [["250ms:1h"]]])(
    "gives spans of %j that lie within each other",
    (texts) => {
      const { resolutions } = historyConfig.parse({ resolutions: texts });
      let finerMs = 1;
      for (const { everyMs, spanMs } of resolutions) {
        expect([spanMs % everyMs, spanMs % finerMs]).toEqual([0, 0]);
        expect(spanMs / everyMs).toBeGreaterThanOrEqual(600);
        finerMs = spanMs;
      }
    },
  );

  it.each([
    [{ resolutions: ["10s"] }, "expected a width and how long it is kept, such as 10s:1d"],
    [{ resolutions: ["10:1d"] }, "both with a unit"],
    [{ resolutions: ["0s:1d"] }, "above zero"],
    [{ resolutions: ["1m:10s"] }, "expected a width"],
    [{ resolutions: ["10s:1d:1y"] }, "expected a width"],
    [{ resolutions: [] }, "at least one resolution"],
    [{ resolutions: ["10s:1d", "15s:2d"] }, "15s is no multiple of 10s before it"],
    [{ resolutions: ["1m:1d", "10s:2d"] }, "write the finest resolution first"],
    [{ resolutions: ["10s:2d", "1m:1d"] }, "1m is kept for less time than 10s"],
    [{ max_size: "1KiB" }, "1MiB or more"],
    [{ flush_every: "10ms" }, "1s or more"],
    [{ max_series: 0 }, ">=1"],
    [{ series: 5 }, "series"],
  ])("refuses %j", (settings, text) => {
    const { error } = historyConfig.safeParse(settings);
    expect(error?.issues.map(({ message }) => message).join("\n")).toContain(text);
  });
});
