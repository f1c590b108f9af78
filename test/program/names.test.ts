// The built program under the names of the older systems: their service lines and command lines, unchanged.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { send, sharedCertificate } from "../support/agent.ts";
import { answering, freePort, run, start } from "../support/program.ts";
import { directoryOfTest, writeScript } from "../support/temporary.ts";

/** Paths of the names, laid by the program itself. */
async function namesIn(directory: string) {
  const bin = join(directory, "bin");
  mkdirSync(bin);
  expect((await run(["names", "install", bin])).exit).toBe(0);
  return (name: string) => join(bin, name);
}

it("a job of happo-agent, check_happo from Nagios, and SIGHUP behind a flag", async () => {
  const directory = directoryOfTest();
  const path = await namesIn(directory);
  const { certificate, key } = await sharedCertificate("happo.example");
  writeFileSync(join(directory, "happo-agent.pub"), certificate);
  writeFileSync(join(directory, "happo-agent.key"), key, { mode: 0o600 });
  writeScript(directory, "check_it", 'echo "is $1"; exit 1');
  const port = await freePort();
  // The words of the original's upstart text, with a port and directories of the test's own.
  const job =
    "--log-level info daemon -A 127.0.0.1 -B ./happo-agent.pub -R ./happo-agent.key -M metrics.yaml";
  const own = ["-P", String(port), "-d", "happo.db", "--nagios-plugin-paths", directory];
  const env = { LANG: "C", MARTINI_ENV: "production", APPNAME: "happo-agent" };
  const daemon = start([...job.split(" "), ...own], { path: path("happo-agent"), cwd: directory, env });
  await answering(port, daemon);
  daemon.child.kill("SIGHUP");
  expect((await send(port, { method: "GET", path: "/" })).status).toBe(200);

  const nagios = ["monitor", "-H", "127.0.0.1", "-P", String(port), "-p", "check_it", "-o", "asked"];
  expect(await run(nagios, { path: path("check_happo") })).toEqual({
    exit: 1,
    stdout: "is asked\n",
    stderr: "",
  });
  const info = ["agent", "info", "--home", join(directory, "happo.db")];
  expect(await run(info, { path: path("opsbro") })).toMatchObject({ exit: 0, stderr: "" });
  daemon.child.kill("SIGTERM");
  expect((await daemon.finished).exit).toBe(0);
});

it("is started by its links alone", async () => {
  const path = await namesIn(directoryOfTest());
  const environment = { env: { PATH: process.env["PATH"] ?? "" }, encoding: "utf8" } as const;
  const sent = spawnSync(path("send-command"), ["hello", "exec"], environment);
  expect([sent.status, sent.stderr]).toEqual([
    1,
    "send-command: sending commands to a service is not there yet\n",
  ]);
  expect(spawnSync(path("happo-agent"), ["-v"], environment).stdout).toMatch(/^happo-agent version \d/);
});
