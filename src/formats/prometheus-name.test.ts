import fc from "fast-check";
import { expect, it } from "vitest";
import { prometheusGaugeName } from "./prometheus-name.ts";

it.each([
  ["cpustats.%idle", "percent", "cpustats_idle_percent"],
  ["diskusage.pct_used", "percent", "diskusage_used_percent"],
  ["diskusage.total", "mebibytes", "diskusage_total_bytes"],
  ["iostats.read_bytes/s", "bytes-per-second", "iostats_read_bytes_per_second"],
  ["iostats.reads/s", "per-second", "iostats_reads_per_second"],
  ["iostats.await_ms", "milliseconds", "iostats_await_seconds"],
  ["iostats.util%", "percent", "iostats_util_percent"],
  ["camelCaseName", "count", "camel_case_name"],
  ["1000.usr.local", "count", "_1000_usr_local"],
  ["http.requests.total", "count", "http_requests_total_now"],
  ["a.ms", "count", "a_msec"],
  ["web  server--x", "count", "web_server_x"],
] as const)("calls %s in %s %s", (name, unit, expected) => {
  expect(prometheusGaugeName(name, unit)).toBe(expected);
});

it("gives every name on earth one that Prometheus takes", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "binary" }), (name) => {
      expect(prometheusGaugeName(name)).toMatch(/^[a-z_][a-z0-9_]*$/);
    }),
  );
});
