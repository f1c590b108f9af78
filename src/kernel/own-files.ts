// Whether the program's own files may be run as root: whoever can change one of them would be root with the next start.
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { AgentError } from "./errors.ts";
import { entryTrusted, ownRules, type TrustRules, trusted } from "./trusted-path.ts";

/** What stands beside the bundle and is loaded as code. */
const packages = ["classic-level", "koffi"];

/**
 * Judges the bundle, its package and the packages that it loads. Throws `program.untrusted`. Nothing is judged for an
 * ordinary user, who runs what he likes as himself.
 */
export function judgeOwnFiles(main: string, rules: TrustRules = ownRules()): void {
  if (rules.uid !== 0) return;
  const bundle = dirname(realpathSync(main));
  const root = dirname(bundle);
  const reason =
    trusted(main, rules) ??
    trusted(join(root, "package.json"), rules) ??
    firstReason([bundle, ...loadedPackages(root)], (directory) => untrustedIn(directory, rules));
  if (reason !== undefined) throw new AgentError("program.untrusted", { root, reason });
}

function firstReason<Item>(items: readonly Item[], judge: (item: Item) => string | undefined) {
  for (const item of items) {
    const reason = judge(item);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Code below a directory, and the directories themselves; sources and documents of packages are nobody's order. */
function untrustedIn(directory: string, rules: TrustRules): string | undefined {
  const reason = trusted(directory, rules);
  if (reason !== undefined) return reason;
  return firstReason(readdirSync(directory, { withFileTypes: true }), (entry) => {
    const path = join(directory, entry.name);
    if (entry.isSymbolicLink()) return trusted(path, rules);
    if (entry.isDirectory()) return untrustedIn(path, rules);
    return /\.([cm]?js|json|node)$/.test(entry.name) ? entryTrusted(path, lstatSync(path), rules) : undefined;
  });
}

/** With everything that they load themselves; those that are not installed are left out. */
function loadedPackages(root: string): string[] {
  const found = new Set<string>();
  const left = packages.map((name) => ({ name, from: root }));
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    const directory = directoryOf(one.name, one.from);
    if (directory === undefined || found.has(directory)) continue;
    found.add(directory);
    left.push(...dependenciesOf(directory).map((name) => ({ name, from: directory })));
  }
  return [...found];
}

/** Where Node would find a package: in the nearest `node_modules` upwards that has it. */
function directoryOf(name: string, from: string): string | undefined {
  for (let above = from; ; above = dirname(above)) {
    const directory = join(above, "node_modules", name);
    if (existsSync(join(directory, "package.json"))) return directory;
    if (above === dirname(above)) return undefined;
  }
}

function dependenciesOf(directory: string): string[] {
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    readFileSync(join(directory, "package.json"), "utf8"),
  ) as { readonly [Kind in "dependencies" | "optionalDependencies"]?: Readonly<Record<string, string>> };
  return Object.keys({ ...dependencies, ...optionalDependencies });
}
