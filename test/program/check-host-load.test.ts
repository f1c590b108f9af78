// The check program that the package brings, on this host's own load.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const program = resolve(import.meta.dirname, "../../plugins/check_host_load");

it.each([
  [[], /^LOAD (OK|WARNING|CRITICAL) - /, undefined],
  [
    ["-w", "900", "-c", "999"],
    /^LOAD OK - .*\|load1=\d+\.\d+;;;0 load5=\d+\.\d+;;;0 load15=\d+\.\d+;;;0\n$/,
    0,
  ],
  [["-w", "0", "-c", "999.5"], /^LOAD WARNING - /, 1],
  [["-w", "0.00", "-c", "0.0"], /^LOAD CRITICAL - /, 2],
  [["-w", "08.09", "-c", "0900"], /^LOAD (OK|WARNING) - /, undefined],
  [["-w", "x"], /^LOAD UNKNOWN - -w is no number/, 3],
  [["-c", "1;id"], /^LOAD UNKNOWN - -c is no number/, 3],
  [["-c", ""], /^LOAD UNKNOWN - -c is no number/, 3],
  [["-z"], /^LOAD UNKNOWN - unknown option/, 3],
])("%j", (args, text, exit) => {
  const { stdout, status } = spawnSync(program, args);
  expect(stdout.toString()).toMatch(text);
  if (exit !== undefined) expect(status).toBe(exit);
});
