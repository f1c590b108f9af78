// `npm start`: from nothing to a real check's answer, and what to try next is really there to be tried.
import { execSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { main, run, start } from "../support/program.ts";
import { directoryOfTest } from "../support/temporary.ts";

it("shows a check, its state, the address and the fingerprint, and serves until Ctrl-C", async () => {
  const home = join(directoryOfTest(), "demo");
  const demo = start(["demo", "--home", home]);
  const text = await demo.printed("Ctrl-C");
  const address = /https:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? "";
  expect(text).toMatch(/\b[0-9a-f]{64}\b|([0-9A-F]{2}:){31}[0-9A-F]{2}/i);
  expect(text).toMatch(/load/i);
  expect(statSync(home).mode & 0o777).toBe(0o700);
  const curl = /^\s*(curl .*)$/m.exec(text)?.[1] ?? "";
  expect(JSON.parse(execSync(curl, { stdio: "pipe" }).toString())).toHaveProperty("return_value");
  const check = /^\s*(node|\S*node) \S*main\.js (check .*)$/m.exec(text)?.[2] ?? "";
  expect(execSync(`${process.execPath} ${main} ${check} || true`, { stdio: "pipe" }).toString()).toMatch(
    /load/i,
  );
  expect(execSync(`curl -sk ${address}/docs`).toString()).toContain("<!doctype html>");
  expect((await run(["status", "--home", home])).exit).toBe(0);
  demo.child.kill("SIGINT");
  expect((await demo.finished).exit).toBe(0);
});
