// `npm run bench`, or `npm run bench -- monitor hop`: us and the rival, or the limit, in turn in one run.
import { cpus } from "node:os";
import { build } from "../tools/build.mjs";
import { ensurePackages } from "../tools/debian-packages.mjs";
import { engines } from "./engines.mjs";
import { hop } from "./hop.mjs";
import { monitor } from "./monitor.mjs";
import { nrpe } from "./nrpe.mjs";
import { size } from "./size.mjs";

const benches = { monitor, nrpe, hop, size, engines };
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}`);
  process.exit(2);
}
ensurePackages("bench");
await build();
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}\n`);
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length === 0 || wanted.includes(name)) await bench();
}
