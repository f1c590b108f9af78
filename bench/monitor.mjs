// /monitor with check_dummy against the rate at which C starts the same executable, small and with ballast.
import { fileURLToPath } from "node:url";
import { startAgent } from "./agent-process.mjs";
import { median, requestRate, startRate } from "./load.mjs";
import { perSecond, ratio, report } from "./report.mjs";

const dummy = "/usr/lib/nagios/plugins/check_dummy";
const check = { path: "/monitor", body: { plugin_name: "check_dummy", plugin_option: "0" } };
const rounds = 3;

export async function monitor() {
  console.log("/monitor, check_dummy, 8 kept-alive connections");
  const small = await startAgent();
  const ballast = fileURLToPath(new URL("ballast.mjs", import.meta.url));
  const large = await startAgent({ nodeOptions: ["--import", ballast] });
  const rates = { limit: [], small: [], large: [], p50: [], p99: [] };
  try {
    await requestRate({ ...check, port: small.port, seconds: 2 });
    for (let round = 0; round < rounds; round += 1) {
      rates.limit.push(await startRate([dummy, "0"], { count: 6000 }));
      const one = await requestRate({ ...check, port: small.port });
      rates.small.push(one.rate);
      rates.p50.push(one.p50Ms);
      rates.p99.push(one.p99Ms);
      rates.large.push((await requestRate({ ...check, port: large.port })).rate);
    }
  } finally {
    await Promise.all([small.stop(), large.stop()]);
  }
  const [limit, ours, withBallast, p50] = [rates.limit, rates.small, rates.large, rates.p50].map(median);
  report("posix_spawn in C, 8 at a time", perSecond(limit));
  report("the agent", perSecond(ours));
  report("ratio to C", ratio(ours / limit), { target: ">= 0.60", met: ours / limit >= 0.6 });
  report("p50 / p99, ms", `${p50.toFixed(1)} / ${median(rates.p99).toFixed(1)}`, {
    target: "p50 <= 8",
    met: p50 <= 8,
  });
  report("the agent with 300 MB of ballast", perSecond(withBallast));
  const change = withBallast / ours;
  report("ratio to the agent without", ratio(change), {
    target: "0.80 to 1.20",
    met: change >= 0.8 && change <= 1.2,
  });
}
