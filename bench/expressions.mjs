// The README's cpu rule, parsed once and evaluated often; beside it Python, the way the older system does it, and as fast as it can.
import { execFileSync } from "node:child_process";
import { bundle } from "./bundle.mjs";
import { report } from "./report.mjs";

const rule = "{collector.cpustats.cpuall.%idle} < {configuration.thresholds.cpuidle.critical}";
const output = "'Critical: cpu is too high: %s%%' % (100-{collector.cpustats.cpuall.%idle})";
const rounds = 3;
const count = 1_000_000;

/** Substitution and parsing each time, as the older system; then a function that was compiled once. */
const python = `
import ast, time, json
data = {"cpustats": {"cpuall": {"%idle": 42.5}}}
rule = "%s < %s"
def often(work, count):
    began = time.perf_counter()
    for _ in range(count): work()
    return count / (time.perf_counter() - began)
def older():
    text = rule % (repr(data["cpustats"]["cpuall"]["%idle"]), repr(1))
    return eval(compile(ast.parse(text, mode="eval"), "rule", "eval"))
once = eval("lambda: data['cpustats']['cpuall']['%idle'] < 1")
said = eval("lambda: 'Critical: cpu is too high: %s%%' % (100 - data['cpustats']['cpuall']['%idle'])")
print(json.dumps({"older": often(older, 50000), "once": often(once, 1000000), "said": often(said, 1000000)}))
`;

const best = (values) => Math.max(...values);

function perSecond(expression, scope) {
  for (let warm = 0; warm < 50_000; warm += 1) expression.evaluateLater(scope);
  const began = performance.now();
  for (let done = 0; done < count; done += 1) expression.evaluateLater(scope);
  return (count * 1000) / (performance.now() - began);
}

export async function expressions() {
  console.log(`the README's cpu rule, parsed once: the best of ${rounds} rounds of ${count} evaluations`);
  const { compileExpression } = await import(await bundle("src/languages/expression/index.ts"));
  const { dataPath } = await import(await bundle("src/checks/expressions/data-path.ts"));
  const path = dataPath("cpuall.%idle");
  const options = {
    functions: new Map(),
    singlePrefixes: ["collector.", "configuration."],
    // As checks bind them: the collector's last reading is looked up each time, the threshold is known.
    placeholder: (name) =>
      name.startsWith("collector.") ? ({ readings }) => path(readings.get("cpustats")) : 1,
  };
  const scope = { readings: new Map([["cpustats", { cpuall: { "%idle": 42.5 } }]]) };
  const [judged, told] = [rule, output].map((text) => compileExpression(text, options));
  const ours = { judged: [], told: [] };
  const theirs = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.judged.push(perSecond(judged, scope));
    ours.told.push(perSecond(told, scope));
    theirs.push(JSON.parse(execFileSync("python3", ["-c", python], { encoding: "utf8" })));
  }
  const rate = best(ours.judged);
  report("evaluations", `${Math.round(rate)}/s`, { target: ">= 500000/s", met: rate >= 500_000 });
  const older = best(theirs.map((one) => one.older));
  report("  Python, parsed each time", `${Math.round(older)}/s: ours ${(rate / older).toFixed(1)} ×`);
  const once = best(theirs.map((one) => one.once));
  report("  Python, compiled once", `${Math.round(once)}/s: ours ${(rate / once).toFixed(2)} ×`);
  const said = best(ours.told);
  const theirSaid = best(theirs.map((one) => one.said));
  report("texts for people", `${Math.round(said)}/s`);
  report("  Python, compiled once", `${Math.round(theirSaid)}/s: ours ${(said / theirSaid).toFixed(2)} ×`);
}
