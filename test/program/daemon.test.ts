// The daemon as service files start it: flags, variables, files, signals.
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { send, sharedCertificate } from "../support/agent.ts";
import { answering, freePort, run, start } from "../support/program.ts";
import { directoryOfTest, writeScript } from "../support/temporary.ts";

async function certificateIn(directory: string): Promise<void> {
  const { certificate, key } = await sharedCertificate("happo.example");
  writeFileSync(join(directory, "happo-agent.pub"), certificate);
  writeFileSync(join(directory, "happo-agent.key"), key, { mode: 0o600 });
}

/** An environment file of the older agent: KEY="value" lines. */
function environmentFile(directory: string, port: number): Record<string, string> {
  const file = `LANG="C"
MARTINI_ENV="production"
HAPPO_AGENT_PORT="${port}"
HAPPO_AGENT_ALLOWED_HOSTS="10.0.0.0/8, 127.0.0.2"
HAPPO_AGENT_PUBLIC_KEY="${directory}/happo-agent.pub"
HAPPO_AGENT_PRIVATE_KEY="${directory}/happo-agent.key"
HAPPO_AGENT_METRIC_CONFIG="${directory}/metrics.yaml"
HAPPO_AGENT_LOGFILE="${directory}/happo-agent.log"
HAPPO_AGENT_LOG_LEVEL="info"
HAPPO_AGENT_DBFILE="${directory}/happo-agent.db"
HAPPO_AGENT_NAGIOS_PLUGIN_PATHS="${directory}/first,${directory}/plugins"
HAPPO_AGENT_ERROR_LOG_INTERVAL_SECONDS="0"
HAPPO_AGENT_ENABLE_REQUESTSTATUS_MIDDLEWARE="true"
`;
  return Object.fromEntries(
    [...file.matchAll(/^(\w+)="(.*)"$/gm)].map(([, key = "", value = ""]) => [key, value]),
  );
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 500) throw new Error(`it never came true: ${condition}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

it("an unchanged service of happo-agent: environment file, log rotation, stop", async () => {
  const directory = directoryOfTest();
  const port = await freePort();
  await certificateIn(directory);
  mkdirSync(join(directory, "plugins"));
  writeScript(join(directory, "plugins"), "check_it", "echo fine; exit 1");
  const env = { ...environmentFile(directory, port), YAGURA_HOME: join(directory, "home") };
  const daemon = start(["daemon", "-A", "127.0.0.3"], { env, cwd: directory });
  await answering(port, daemon);
  const ask = (from: string) =>
    send(port, { method: "POST", path: "/monitor", from, body: { plugin_name: "check_it" } });
  expect((await ask("127.0.0.2")).json).toEqual({ return_value: 1, message: "fine\n" });
  expect((await ask("127.0.0.3")).status).toBe(200);
  expect((await ask("127.0.0.4")).status).toBe(403);
  expect((await send(port, { method: "GET", path: "/status/request" })).status).toBe(200);

  const log = join(directory, "happo-agent.log");
  const accessLine = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[info\] .*"POST \/monitor" 200 \d+ /m;
  await until(() => accessLine.test(readFileSync(log, "utf8")));
  renameSync(log, `${log}.1`);
  daemon.child.kill("SIGHUP");
  await until(() => existsSync(log));
  await ask("127.0.0.2");
  await until(() => readFileSync(log, "utf8").includes('"POST /monitor" 200'));

  daemon.child.kill("SIGTERM");
  const { exit, stdout, stderr } = await daemon.finished;
  expect({ exit, stdout, stderr }).toEqual({ exit: 0, stdout: "", stderr: "" });
  expect(existsSync(join(directory, "happo-agent.db"))).toBe(true);
});

it("lets the request under way be answered when it stops", async () => {
  const home = directoryOfTest();
  writeScript(home, "slow", "sleep 1; echo done");
  writeFileSync(join(home, "yagura.yaml"), `programs: { paths: [${home}] }\n`);
  const port = await freePort();
  const daemon = start(["daemon", "--home", home, "-P", String(port)]);
  await answering(port, daemon);
  const reply = send(port, { method: "POST", path: "/monitor", body: { plugin_name: "slow" } });
  await new Promise((done) => setTimeout(done, 300));
  daemon.child.kill("SIGTERM");
  expect((await reply).json).toEqual({ return_value: 0, message: "done\n" });
  expect((await daemon.finished).exit).toBe(0);
});

it("starts again by itself after kill -9, with the same certificate", async () => {
  const home = directoryOfTest();
  const port = await freePort();
  const prints = [];
  for (let round = 0; round < 3; round += 1) {
    const daemon = start(["daemon", "--home", home, "-P", String(port)]);
    await answering(port, daemon);
    const { stdout } = await run(["status", "--home", home, "--json"]);
    prints.push((JSON.parse(stdout) as { certificate: { fingerprint: string } }).certificate.fingerprint);
    daemon.child.kill("SIGKILL");
    await daemon.finished;
  }
  expect(new Set(prints).size).toBe(1);
  expect(statSync(join(home, "server.key")).mode & 0o777).toBe(0o600);
});

describe("says on standard error why it does not start", () => {
  it("when another agent has the port, or the home", async () => {
    const home = directoryOfTest();
    const port = await freePort();
    await answering(port, start(["daemon", "--home", home, "-P", String(port)]));
    const samePort = await run(["daemon", "--home", directoryOfTest(), "-P", String(port)]);
    expect(samePort).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining(`127.0.0.1:${port}: the port is already in use`),
    });
    const sameHome = await run(["daemon", "--home", home, "-P", String(await freePort())]);
    expect(sameHome).toMatchObject({ exit: 1, stderr: expect.stringContaining("belongs to the agent") });
  });

  it("when the configuration is wrong, with the place and the nearest key", async () => {
    const home = directoryOfTest();
    writeFileSync(join(home, "yagura.yaml"), "api:\n  listn: 127.0.0.1:1\nprograms: { deadline: 10 }\n");
    const { exit, stderr } = await run(["daemon", "--home", home]);
    expect(exit).toBe(78);
    expect(stderr).toContain(
      `${home}/yagura.yaml:2:3: api.listn: unknown key "listn"; did you mean "listen"?`,
    );
    expect(stderr).toMatch(/yagura\.yaml:3:\d+: programs\.deadline: .*duration/);
  });

  it("when the key cannot be read", async () => {
    const home = directoryOfTest();
    await certificateIn(home);
    const { exit, stderr } = await run([
      "daemon",
      "--home",
      home,
      "-B",
      join(home, "happo-agent.pub"),
      "-R",
      join(home, "gone"),
    ]);
    expect(exit).toBe(1);
    expect(stderr).toContain("cannot read the private key");
  });
});

it("goes on without a log file that cannot be opened", async () => {
  const home = directoryOfTest();
  const port = await freePort();
  const daemon = start([
    "daemon",
    "--home",
    home,
    "-P",
    String(port),
    "-l",
    join(home, "no/such/folder.log"),
  ]);
  await answering(port, daemon);
  daemon.child.kill("SIGTERM");
  expect(await daemon.finished).toMatchObject({
    exit: 0,
    stderr: expect.stringContaining("logging to standard error"),
  });
});
