// `npm run install-system -- [--prefix /usr/local]`: the package into a directory of its own for each version, so that an
// agent that runs finds all its files until it ends.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { directoriesInUse } from "./directories-in-use.mjs";
import { filesOfPackages } from "./files-of-packages.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const folders = ["dist", "packs", "plugins", "packaging", "examples", "docs"];
const singles = ["package.json", "README.md", "LICENSE"];
const defaultPrefix = "/usr/local";

/** Installs the built package of `source` and gives the directory of this version. Throws with what is wrong. */
export function install(source, prefix) {
  if (!existsSync(join(source, "dist/main.js")))
    throw new Error("it is not built: run npm ci, or npm run build");
  const link = join(prefix, "bin/yagura");
  if (!isOurs(link)) throw new Error(`${link} is not ours: move it away`);
  const versions = join(prefix, "lib/yagura");
  mkdirSync(versions, { recursive: true, mode: 0o755 });
  const directory = lay(source, { versions, prefix });
  const main = join(directory, "dist/main.js");
  expectToRun(main);
  mkdirSync(dirname(link), { recursive: true, mode: 0o755 });
  const fresh = `${link}.new-${process.pid}`;
  symlinkSync(relative(dirname(link), main), fresh);
  renameSync(fresh, link);
  return directory;
}

/** Removes the other versions that no process uses, and what an install left that was cut short. Gives what is left. */
export function removeUnused(directory) {
  const versions = dirname(directory);
  const others = readdirSync(versions).filter((name) => name !== basename(directory) && !isBeingLaid(name));
  const used = directoriesInUse(versions, others);
  for (const name of others.filter((one) => !used.has(one)))
    rmSync(join(versions, name), { recursive: true, force: true });
  return [...used].map((name) => join(versions, name));
}

/** By another install, which runs. */
function isBeingLaid(name) {
  return name.startsWith(".new-") && existsSync(`/proc/${name.slice(".new-".length)}`);
}

/** Files by the path that they get: what the package is made of, and the packages that it loads. */
function filesOf(source) {
  const files = [...singles, ...folders.flatMap((folder) => filesBelow(source, folder))].filter(
    (path) => !path.endsWith(".map"),
  );
  return new Map([...files.map((path) => [path, join(source, path)]), ...filesOfPackages(source)].sort());
}

function filesBelow(base, path) {
  return readdirSync(join(base, path), { withFileTypes: true }).flatMap((entry) => {
    const below = join(path, entry.name);
    return entry.isDirectory() ? filesBelow(base, below) : entry.isFile() ? [below] : [];
  });
}

/** Complete or not at all: it gets its name when everything is there. */
function lay(source, { versions, prefix }) {
  const files = [...filesOf(source)].map(([path, from]) => {
    const isExecutable = (lstatSync(from).mode & 0o100) !== 0;
    return { path, bytes: contentOf(path, { from, prefix }), mode: isExecutable ? 0o755 : 0o644 };
  });
  const { version } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  const directory = join(versions, `${version}-${hashOf(files)}`);
  if (existsSync(directory)) return directory;
  const fresh = join(versions, `.new-${process.pid}`);
  for (const { path, bytes, mode } of files) {
    mkdirSync(dirname(join(fresh, path)), { recursive: true, mode: 0o755 });
    writeFileSync(join(fresh, path), bytes, { mode, flag: "wx" });
  }
  renameSync(fresh, directory);
  return directory;
}

/** The unit names the program where it is installed. */
function contentOf(path, { from, prefix }) {
  const bytes = readFileSync(from);
  if (path !== "packaging/yagura.service") return bytes;
  return Buffer.from(
    bytes.toString("utf8").replaceAll(`${defaultPrefix}/bin/yagura`, join(prefix, "bin/yagura")),
  );
}

function hashOf(files) {
  const hash = createHash("sha256");
  for (const { path, bytes, mode } of files) hash.update(`${path}\0${mode}\0${bytes.length}\0`).update(bytes);
  return hash.digest("hex").slice(0, 12);
}

/** A program that judges its own files and will not run must not take the place of one that does. */
function expectToRun(main) {
  const { status, stderr } = spawnSync(process.execPath, [main, "--version"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`what was laid does not run, and nothing was switched: ${stderr.trim()}`);
}

/** Free, or a link to a package of ours, however it was installed. A link that leads nowhere is nobody's. */
function isOurs(link) {
  const stat = lstatSync(link, { throwIfNoEntry: false });
  if (stat === undefined) return true;
  if (!stat.isSymbolicLink()) return false;
  if (!existsSync(link)) return true;
  const description = join(dirname(realpathSync(link)), "../package.json");
  return existsSync(description) && JSON.parse(readFileSync(description, "utf8")).name === "yagura";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.umask(0o022);
  const { values } = parseArgs({ options: { prefix: { type: "string", default: defaultPrefix } } });
  try {
    const directory = install(root, resolve(values.prefix));
    console.log(`installed ${directory}`);
    console.log(`unit      ${join(directory, "packaging/yagura.service")}`);
    for (const path of removeUnused(directory)) console.log(`kept      ${path}: a process uses it`);
  } catch (thrown) {
    console.error(`install-system: ${thrown.message}`);
    process.exitCode = 1;
  }
}
