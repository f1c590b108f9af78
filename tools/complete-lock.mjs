// Completes package-lock.json after an install from a registry that has only some platforms' optional packages: npm
// leaves the others out of the lock file, and `npm ci` then refuses it, everywhere. To be run after `npm install`.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const systems = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const processors = [
  "arm64",
  "arm",
  "ia32",
  "loong64",
  "mips64el",
  "ppc64",
  "riscv64",
  "s390x",
  "wasm32",
  "x64",
];

const file = fileURLToPath(new URL("../package-lock.json", import.meta.url));
const lock = JSON.parse(readFileSync(file, "utf8"));
const added = {};

/** The entry that npm itself would have written, but for the address and the checksum that it could not learn. */
function entryOf(name, version, parent) {
  const words = name.split("/").pop();
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor)).slice(0, 1);
  return {
    version,
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(parent.dev ? { dev: true } : {}),
    optional: true,
    ...(os.length > 0 ? { os } : {}),
  };
}

/** Where Node would find the package from `parent`: beside it or above, nearest first. */
function placesFrom(parent, name) {
  const beside = parent.slice(0, parent.lastIndexOf("node_modules/"));
  const above = beside === "" ? [] : placesFrom(beside.replace(/\/$/, ""), name);
  return [`${beside}node_modules/${name}`, ...above];
}

for (const [place, parent] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (place === "" || !/^\d+\.\d+\.\d+/.test(version)) continue;
    const places = placesFrom(place, name);
    const found = places.find((one) => (lock.packages[one] ?? added[one]) !== undefined);
    if (found !== undefined && (lock.packages[found] ?? added[found]).version === version) continue;
    const free = found === places[0] ? `${place}/node_modules/${name}` : places[0];
    added[free] = entryOf(name, version, parent);
  }
}

const packages = Object.entries({ ...lock.packages, ...added }).sort(([one], [other]) =>
  one < other ? -1 : 1,
);
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, undefined, 2)}\n`);
console.log(`${Object.keys(added).length} optional packages of other platforms added`);
