// Everything that has to hold, in the order in which it is cheapest to learn that it does not.
// `npm test` runs all of it; `npm run check` leaves out what needs Debian packages or the built program.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { ensurePackages } from "./debian-packages.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const fast = process.argv.includes("--fast");
const tool = (name) => join(root, "node_modules/.bin", name);

const checks = [
  ["format and lint", tool("biome"), ["ci", "--error-on-warnings", "."]],
  ["promises", tool("oxlint"), ["--type-aware", "--deny-warnings"]],
  ["types", tool("tsc"), ["-p", "."]],
  ["layers", process.execPath, ["tools/layers.mjs"]],
  ["unused code", tool("knip"), []],
  ["patterns", process.execPath, ["tools/patterns.mjs"]],
  ["generated documents", process.execPath, ["tools/docs.mjs", "--check"]],
];

function run(command, args) {
  return (
    spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, FORCE_COLOR: "0" } })
      .status === 0
  );
}

let failed = 0;
for (const [what, command, args] of checks) {
  console.log(`\n— ${what}`);
  if (!run(command, args)) {
    console.log(`✗ ${what}`);
    failed += 1;
  }
}

if (!fast) {
  ensurePackages("test");
  await build();
}

console.log("\n— tests");
const scratch = mkdtempSync(join(tmpdir(), "yagura-tests-"));
const report = join(scratch, "report.json");
const only = fast ? ["src", "test/tidy", "test/contract", "test/compat"] : [];
run(tool("vitest"), ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...only]);
let counts = { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, success: false };
try {
  counts = JSON.parse(readFileSync(report, "utf8"));
} catch {
  console.log("✗ the tests left no report");
}
rmSync(scratch, { recursive: true, force: true });

const passed = counts.numPassedTests + checks.length - failed;
failed += counts.numFailedTests;
if (!counts.success && counts.numFailedTests === 0) failed += 1;
if (counts.numPendingTests > 0) console.log(`${counts.numPendingTests} tests were skipped`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
