// What one bastion costs, and how fast the agent answers where no program runs.
import { startAgent } from "./agent-process.mjs";
import { median, requestRate } from "./load.mjs";
import { perSecond, ratio, report } from "./report.mjs";

const inner = { plugin_name: "check_dummy", plugin_option: "0" };
const rounds = 3;

export async function hop() {
  console.log("one proxy hop, 8 kept-alive connections");
  const edge = await startAgent();
  const bastion = await startAgent();
  const request_json = Buffer.from(JSON.stringify(inner)).toString("base64");
  const chain = { proxy_hostport: [`127.0.0.1:${edge.port}`], request_type: "monitor", request_json };
  const rates = { direct: [], hop: [], plain: [] };
  try {
    for (let round = 0; round < rounds; round += 1) {
      rates.direct.push((await requestRate({ port: edge.port, path: "/monitor", body: inner })).rate);
      rates.hop.push((await requestRate({ port: bastion.port, path: "/proxy", body: chain })).rate);
      rates.plain.push((await requestRate({ port: edge.port, path: "/" })).rate);
    }
  } finally {
    await Promise.all([edge.stop(), bastion.stop()]);
  }
  const [direct, oneHop, plain] = [rates.direct, rates.hop, rates.plain].map(median);
  const cost = 1 - oneHop / direct;
  report("direct", perSecond(direct));
  report("through one bastion", perSecond(oneHop));
  report("cost of the hop", ratio(cost), { target: "<= 0.40", met: cost <= 0.4 });
  report("requests without a program (GET /)", perSecond(plain), {
    target: ">= 15000/s",
    met: plain >= 15_000,
  });
}
