// `npm run bench`, or `npm run bench -- monitor hop`: us and the rival, or the limit, in turn in one run.
import { cpus } from "node:os";
import { build } from "../tools/build.mjs";
import { ensurePackages } from "../tools/debian-packages.mjs";
import { acceptance, acceptanceLong } from "./acceptance.mjs";
import { checks } from "./checks.mjs";
import { crash, crashOfAll } from "./crash.mjs";
import { engines } from "./engines.mjs";
import { events } from "./events.mjs";
import { expressions } from "./expressions.mjs";
import { graphiteIn } from "./graphite-in.mjs";
import { history } from "./history.mjs";
import { hop } from "./hop.mjs";
import { idle } from "./idle.mjs";
import { journal } from "./journal.mjs";
import { leaks } from "./leaks.mjs";
import { monitor } from "./monitor.mjs";
import { nrpe } from "./nrpe.mjs";
import { outage, outageLong } from "./outage.mjs";
import { outputRate } from "./output-rate.mjs";
import { render } from "./render.mjs";
import { scrape } from "./scrape.mjs";
import { size } from "./size.mjs";
import { statsd } from "./statsd.mjs";
import { worstBody } from "./worst-body.mjs";

const benches = {
  monitor,
  nrpe,
  hop,
  size,
  engines,
  journal,
  history,
  scrape,
  statsd,
  "graphite-in": graphiteIn,
  render,
  "output-rate": outputRate,
  expressions,
  checks,
  events,
  outage,
  idle,
  crash,
  "crash-of-all": crashOfAll,
  acceptance,
  "worst-body": worstBody,
  leaks,
};
/** Only when they are named. */
const long = { "acceptance-long": acceptanceLong, "outage-long": outageLong };
const wanted = process.argv.slice(2);
const all = { ...benches, ...long };
const unknown = wanted.filter((name) => !(name in all));
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(", ")}; there are ${Object.keys(all).join(", ")}`);
  process.exit(2);
}
ensurePackages("bench");
await build();
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}\n`);
const chosen = wanted.length === 0 ? Object.keys(benches) : wanted;
for (const name of chosen) await all[name]();
