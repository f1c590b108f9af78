// The rival: NRPE over TLS with one check_nrpe process for each check, as Nagios uses it.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { flags, freePort, main, pause, startAgent } from "./agent-process.mjs";
import { median, requestRate, startRate } from "./load.mjs";
import { perSecond, ratio, report } from "./report.mjs";

const plugins = "/usr/lib/nagios/plugins";
const check = { path: "/monitor", body: { plugin_name: "check_dummy", plugin_option: "0" } };
const rounds = 3;

async function startNrpe() {
  const home = mkdtempSync(join(tmpdir(), "yagura-nrpe-"));
  const port = await freePort();
  const user = userInfo().uid === 0 ? "nagios" : userInfo().username;
  const lines = [
    `server_port=${port}`,
    "server_address=127.0.0.1",
    `nrpe_user=${user}`,
    `nrpe_group=${user}`,
    "allowed_hosts=127.0.0.1",
    "dont_blame_nrpe=0",
    "command_timeout=60",
    `command[check_dummy]=${plugins}/check_dummy 0`,
  ];
  const file = join(home, "nrpe.cfg");
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o644 });
  const child = spawn("/usr/sbin/nrpe", ["-c", file, "-f"], { stdio: "ignore" });
  const argv = [`${plugins}/check_nrpe`, "-H", "127.0.0.1", "-p", String(port), "-c", "check_dummy"];
  await pause(1000);
  return {
    argv,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export async function nrpe() {
  console.log("NRPE over TLS, the same check, 8 at a time");
  const rival = await startNrpe();
  const agent = await startAgent();
  const client = [process.execPath, ...flags, main, "check", "-H", "127.0.0.1", "-P", String(agent.port)];
  const rates = { nrpe: [], kept: [], forked: [] };
  try {
    for (let round = 0; round < rounds; round += 1) {
      rates.nrpe.push(await startRate(rival.argv, { count: 300 }));
      rates.kept.push((await requestRate({ ...check, port: agent.port })).rate);
      rates.forked.push(await startRate([...client, "-p", "check_dummy", "-o", "0"], { count: 200 }));
    }
  } finally {
    await Promise.all([rival.stop(), agent.stop()]);
  }
  const [theirs, kept, forked] = [rates.nrpe, rates.kept, rates.forked].map(median);
  report("NRPE, one check_nrpe process for each check", perSecond(theirs));
  report("the agent, 8 kept-alive connections", perSecond(kept));
  report("ratio", ratio(kept / theirs), { target: ">= 8", met: kept / theirs >= 8 });
  report("the agent, one `yagura check` process for each check", perSecond(forked));
  report("ratio", ratio(forked / theirs));
}
