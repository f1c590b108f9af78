// Rivals that come from npm: installed beside the checkout's own packages when a benchmark first asks for one.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const directory = fileURLToPath(new URL("./.rivals", import.meta.url));

/** The directory of the package. */
export function rivalPackage(name, version) {
  const place = `${directory}/node_modules/${name}`;
  if (!existsSync(`${place}/package.json`)) {
    console.log(`  installing ${name}@${version} …`);
    const options = ["--prefix", directory, "--no-audit", "--no-fund", "--omit=optional", "--ignore-scripts"];
    execFileSync("npm", ["install", ...options, `${name}@${version}`], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  return place;
}
