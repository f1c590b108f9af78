// The packages that the bundle loads from beside it, with all that they load themselves.
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/** What Node loads, and what a licence wants to lie beside it; sources and documents stay behind. */
const wanted = /\.([cm]?js|json|node)$|^LICEN[CS]E|^COPYING/i;

/** Pairs of the path below the installed package, and the file. Packages that are not installed are left out. */
export function filesOfPackages(source) {
  const found = new Map();
  const left = dependenciesOf(source).map((name) => ({ name, from: source, under: "" }));
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    const directory = directoryOf(one);
    if (directory === undefined) continue;
    // A package that another one has to itself stays below it.
    const own = directory.startsWith(`${one.from}/node_modules/`) ? one.under : "";
    const path = join(own, "node_modules", one.name);
    if (found.has(path)) continue;
    found.set(path, directory);
    left.push(...dependenciesOf(directory).map((name) => ({ name, from: directory, under: path })));
  }
  return [...found].flatMap(([path, directory]) =>
    filesBelow(directory).map((file) => [join(path, file), join(directory, file)]),
  );
}

function directoryOf({ name, from }) {
  for (let above = from; ; above = dirname(above)) {
    const directory = join(above, "node_modules", name);
    if (existsSync(join(directory, "package.json"))) return realpathSync(directory);
    if (above === dirname(above)) return undefined;
  }
}

function dependenciesOf(directory) {
  const text = readFileSync(join(directory, "package.json"), "utf8");
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(text);
  return Object.keys({ ...dependencies, ...optionalDependencies });
}

function filesBelow(base, below = "") {
  return readdirSync(join(base, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : filesBelow(base, path);
    return entry.isFile() && wanted.test(entry.name) ? [path] : [];
  });
}
