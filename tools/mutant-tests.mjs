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

/** The fault that is seen first; undefined where there is none. */
async function faultOf(changed) {
  for (const path of [before, changed]) if (path !== undefined) vitest.invalidateFile(path);
  before = changed;
  for (const list of lists) {
    const fault = await faultOfTests(list);
    if (fault !== undefined) return fault;
  }
  return lists.length > 0 ? undefined : "there are no tests";
}

async function faultOfTests(list) {
  const { testModules: known, unhandledErrors } = await vitest.runTestSpecifications(list, false);
  // It keeps those of the other list, as they were.
  const testModules = known.filter(({ moduleId }) => list.some((one) => one.moduleId === moduleId));
  if (testModules.length === 0) return "no test was found";
  const failed = testModules.find(isNotSound);
  if (failed === undefined) return unhandledErrors[0] && String(unhandledErrors[0]);
  const [test] = failed.children.allTests("failed");
  const [error] = [...(test?.result().errors ?? []), ...failed.errors()];
  return `${failed.relativeModuleId}: ${test?.fullName ?? ""}: ${error?.message ?? "no reason"}`;
}

/** A file that was broken off, after its own failure or another file's, counts as sound for vitest. */
function isNotSound(module) {
  return !module.ok() || module.state() === "pending" || !module.children.allTests("failed").next().done;
}

process.on("message", ({ changed }) => {
  const tell = (fault) => process.send?.({ isSound: fault === undefined, fault });
  faultOf(changed).then(tell, (thrown) => tell(String(thrown)));
});
process.on("disconnect", () => process.exit());
process.send?.({ files: lists.flat().length });
