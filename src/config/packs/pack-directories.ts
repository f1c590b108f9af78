// What the directories of a pack may hold (contract 1.4).
import { join } from "node:path";
import { listFiles } from "./list-files.ts";
import type { ObjectKind } from "./object-kind.ts";
import { apart, type Reading } from "./reading.ts";

/** Objects of these kinds and nothing else. */
export const objectDirectories: ReadonlyMap<string, readonly ObjectKind[]> = new Map([
  ["detectors", ["detector"]],
  ["monitoring", ["check", "service", "handler"]],
  ["handlers", ["handler"]],
  ["generators", ["generator"]],
  ["installors", ["installor"]],
  ["installers", ["installor"]],
  ["compliance", ["compliance"]],
  ["dashboards", ["dashboard"]],
  ["tutorials", ["tutorial"]],
]);

/** Python plugins of opsbro. The agent has its own collectors and modules, and runs no pack's code. */
const codeDirectories = ["collectors", "module", "cli", "hostingdrivers", "compliancebackends"];

/** Every directory that a pack may have. */
export const packDirectories: readonly string[] = [
  ...objectDirectories.keys(),
  ...codeDirectories,
  "parameters",
  "templates",
];

/** The Python files in a pack, relative to it and sorted. */
export function codeFiles(pack: string, reading: Reading): readonly string[] {
  // What cannot be listed here is no loss: nothing of it would run.
  const silent = apart(reading);
  return codeDirectories.flatMap((name) =>
    listFiles(
      {
        directory: join(pack, name),
        accept: (file) => /^[^.].*\.py$/.test(file) && file !== "__init__.py",
        mayBeAbsent: true,
      },
      silent,
    ).map((file) => `${name}/${file.name}`),
  );
}
