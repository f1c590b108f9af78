// Which versions of the package a process still needs. Each holds the description of its own open from its first
// instruction on (src/kernel/own-directory.ts); the kernel lets go when it ends, however it ends.
import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * Those of the names below `versions` that are used. All of them where a process that was called by a link into it
 * cannot be looked into, or has not come to its first instruction: nobody knows then where the link led.
 */
export function directoriesInUse(versions, names) {
  const base = `${realpathSync(versions)}/`;
  const used = new Set();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const open = linksIn(`/proc/${pid}/fd`).filter((path) => path.startsWith(base));
    const own = names.filter((name) => open.some((path) => path.startsWith(`${base}${name}/`)));
    const isStarting = open.length === 0 && argumentsOf(pid).some((path) => realPath(path)?.startsWith(base));
    for (const name of isStarting ? names : own) used.add(name);
  }
  return used;
}

/** None where the process is gone, or another user's. */
function linksIn(directory) {
  return tryOr([], () => readdirSync(directory)).map((name) =>
    tryOr("", () => readlinkSync(join(directory, name))),
  );
}

/** As paths, seen from where the process stands. */
function argumentsOf(pid) {
  const words = tryOr("", () => readFileSync(`/proc/${pid}/cmdline`, "utf8")).split("\0");
  const here = tryOr("/", () => readlinkSync(`/proc/${pid}/cwd`));
  return words
    .filter((word) => /^[^-].*(yagura|main\.js|happo|opsbro|send-)/.test(word))
    .map((word) => resolve(here, word));
}

function realPath(path) {
  return tryOr(undefined, () => realpathSync(path));
}

/** Processes end while one looks at them. */
function tryOr(otherwise, read) {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
