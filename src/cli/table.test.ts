// Tables, and the word about what takes long.
import { expect, it, vi } from "vitest";
import { withProgress } from "./progress.ts";
import { table } from "./table.ts";

it("makes columns as wide as they must be, and lets no cell talk to the terminal", () => {
  const rows = [
    ["NAME", "PATH"],
    ["a\u001b[2J\n", "/x"],
    ["longer", ""],
  ];
  expect(table(rows)).toBe("NAME              PATH\na\\u001b[2J\\u000a  /x\nlonger\n");
  expect(table([])).toBe("");
});

it("says what takes over a second, and nothing about the rest", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  const said: string[] = [];
  const output = { write: (text: string) => void said.push(text) };
  expect(await withProgress("quick", Promise.resolve(1), output)).toBe(1);
  const slow = withProgress("slow", new Promise((resolve) => setTimeout(resolve, 2500)), output);
  await vi.advanceTimersByTimeAsync(999);
  expect(said).toEqual([]);
  await vi.advanceTimersByTimeAsync(1501);
  await slow;
  vi.useRealTimers();
  expect(said).toEqual(["slow ... ", "2.5 s\n"]);
});
