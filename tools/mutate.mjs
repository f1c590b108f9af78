// Changes one place of a file after the other, in a copy of the tree, and tells which changes no test notices.
//   npm run mutate -- src/store/journal [--with test/program/x.test.ts …] [--every 5] [--limit-seconds 60] [--reasons]
// Runs the tests below the path, those in `test` that name it, and those that are given. Ends with 1 where fewer than
// 85 of a hundred are noticed. With --reasons, what noticed each of the others is told as well.
import { fork } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { mutantsOf } from "./mutants.mjs";

const root = resolve(import.meta.dirname, "..");
const leftOut = new Set(["node_modules", ".git", "dist"]);
const shareWanted = 0.85;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    with: { type: "string", multiple: true, default: [] },
    every: { type: "string", default: "1" },
    "limit-seconds": { type: "string", default: "60" },
    reasons: { type: "boolean", default: false },
  },
});
const limitMs = Number(values["limit-seconds"]) * 1000;
const every = Number(values.every);
const paths = positionals.map((path) => relative(root, resolve(path)));
if (paths.length === 0 || !(limitMs > 0) || !(every > 0)) {
  process.stderr.write(
    "usage: npm run mutate -- PATH… [--with TEST]… [--every N] [--limit-seconds N] [--reasons]\n",
  );
  process.exit(2);
}

const isTest = (path) => path.endsWith(".test.ts");
const filesBelow = (path) =>
  statSync(join(root, path)).isFile()
    ? [path]
    : readdirSync(join(root, path), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
        .map((entry) => relative(root, join(entry.parentPath, entry.name)));

/** It names files to look at their texts, and asks git, which the copy has not. */
const ofTexts = "test/tidy.test.ts";

/** Tests beside what is changed, which are the quickest to notice, and those that are asked where none of these does. */
function testsFor(wanted) {
  const folders = wanted.map((path) => (path.endsWith(".ts") ? dirname(path) : path));
  const beside = folders.flatMap(filesBelow).filter(isTest);
  const naming = filesBelow("test")
    .filter((path) => isTest(path) && path !== ofTexts)
    .filter((path) =>
      wanted.some((one) => readFileSync(join(root, path), "utf8").includes(`${one.replace(/\.ts$/, "")}`)),
    );
  const others = new Set([...naming, ...values.with]);
  return { beside: [...new Set(beside)], others: [...others].filter((path) => !beside.includes(path)) };
}

const tree = mkdtempSync(join(tmpdir(), "yagura-mutants-"));
let running;
process.on("exit", () => {
  running?.end();
  // Its processes may be writing until they are gone.
  rmSync(tree, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));
cpSync(root, tree, { recursive: true, filter: (path) => !leftOut.has(relative(root, path)) });
symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));

/** A process that runs the tests; resolves when it is ready to be asked. */
async function startTests({ beside, others }) {
  const child = fork(join(tree, "tools/mutant-tests.mjs"), [JSON.stringify([beside, others])], {
    cwd: tree,
    silent: true,
    detached: true,
  });
  child.stdout.resume();
  child.stderr.resume();
  const answer = () =>
    new Promise((resolveAnswer) => {
      const done = (message) => {
        clearTimeout(timer);
        child.off("message", done).off("exit", done);
        resolveAnswer(typeof message === "object" ? message : undefined);
      };
      const timer = setTimeout(done, limitMs);
      child.on("message", done).on("exit", done);
    });
  await answer();
  return {
    end() {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended by itself, and its workers with it.
      }
    },
    /** Undefined where there was no answer in time. */
    async run(changed) {
      child.send({ changed });
      return await answer();
    },
  };
}

const tests = testsFor(paths);
process.stdout.write(`${[...tests.beside, ...tests.others].join("\n")}\n`);
running = await startTests(tests);
const asItIs = await running.run();
if (asItIs?.isSound !== true) {
  const reason = asItIs?.fault ?? "they take too long";
  process.stderr.write(`the tests fail as they are, and nothing can be said of mutants: ${reason}\n`);
  running.end();
  process.exit(2);
}

/** What noticed it. */
async function noticeOf(path, text, { from, until, is }) {
  const changed = join(tree, path);
  writeFileSync(changed, text.slice(0, from) + is + text.slice(until));
  const outcome = await running.run(changed);
  writeFileSync(changed, text);
  if (outcome === undefined) {
    running.end();
    running = await startTests(tests);
  }
  return outcome === undefined ? "no answer in time" : outcome.fault;
}

const short = (text) => text.replace(/\s+/g, " ").slice(0, 200);
let [number, noticed, tried] = [0, 0, 0];
for (const path of [...new Set(paths.flatMap(filesBelow))].filter((one) => !isTest(one))) {
  const text = readFileSync(join(root, path), "utf8");
  for (const mutant of mutantsOf(join(root, path))) {
    number += 1;
    if (number % every !== 0) continue;
    tried += 1;
    const notice = await noticeOf(path, text, mutant);
    if (notice !== undefined) noticed += 1;
    const reason = notice === undefined ? "" : `  noticed: ${short(notice)}`;
    if (notice === undefined || values.reasons)
      process.stdout.write(`${path}:${mutant.line}  ${short(mutant.was)}  →  ${short(mutant.is)}${reason}\n`);
  }
}
const afterwards = await running.run();
running.end();
if (afterwards?.isSound !== true) {
  const reason = afterwards?.fault ?? "they take too long";
  process.stderr.write(`the tests fail by themselves, and what was noticed says nothing: ${reason}\n`);
  process.exit(2);
}
process.stdout.write(`${noticed} of ${tried} were noticed (${((100 * noticed) / tried).toFixed(1)} %)\n`);
process.exit(tried === 0 || noticed / tried >= shareWanted ? 0 : 1);
