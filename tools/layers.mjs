// Runs the import rules, and makes sure that they looked at something: the tool reports success on nothing read.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const leastModules = 80;
const args = ["--config", ".dependency-cruiser.cjs", "--output-type"];

const shown = spawnSync("node_modules/.bin/depcruise", ["src", ...args, "err"], {
  cwd: root,
  stdio: "inherit",
});
const counted = spawnSync("node_modules/.bin/depcruise", ["src", ...args, "json"], {
  cwd: root,
  maxBuffer: 1 << 28,
});
const { totalCruised = 0 } = JSON.parse(counted.stdout.toString() || "{}").summary ?? {};
if (totalCruised < leastModules) console.error(`only ${totalCruised} modules were looked at`);
process.exit(shown.status === 0 && totalCruised >= leastModules ? 0 : 1);
