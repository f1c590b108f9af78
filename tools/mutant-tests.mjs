// A process of `npm run mutate` that runs the given test files again and again, as often as it is asked to.
// It stands in a copy of the tree, and is ended from outside when a mutant goes on for ever.
import process from "node:process";
import { createVitest } from "vitest/node";

const options = {
  root: process.cwd(),
  project: "all",
  watch: false,
  bail: 1,
  maxWorkers: 1,
  reporters: [{}],
  // A mutant that waits for ever is one that was noticed.
  testTimeout: 15_000,
  hookTimeout: 15_000,
};
const vitest = await createVitest("test", options);
/** Each is asked where nobody of the one before noticed anything: vitest itself begins with the largest files. */
const lists = [];
for (const paths of JSON.parse(process.argv[2] ?? "[]"))
  if (paths.length > 0) lists.push(await vitest.globTestSpecifications(paths));

/** What was changed before this is as it was, and is to be read anew, too. */
let before;

async function isSound(changed) {
  for (const path of [before, changed]) if (path !== undefined) vitest.invalidateFile(path);
  before = changed;
  for (const list of lists) if (!(await passes(list))) return false;
  return lists.length > 0;
}

async function passes(list) {
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(list, false);
  const isWhole = testModules.length > 0 && testModules.every((module) => module.ok());
  return isWhole && unhandledErrors.length === 0;
}

process.on("message", ({ changed }) => {
  const tell = (sound) => process.send?.({ isSound: sound });
  isSound(changed).then(tell, () => tell(false));
});
process.on("disconnect", () => process.exit());
process.send?.({ files: lists.flat().length });
