// Signals at the worst moments: before anything is loaded, and with hundreds of connections that say nothing.

import { existsSync, readFileSync, renameSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { expect, it, onTestFinished } from "vitest";
import { answering, freePort, start } from "../support/program.ts";
import { directoryOfTest } from "../support/temporary.ts";
import { until } from "../support/until.ts";

it("SIGHUP while it starts does not end it, and is taken up: the log goes on in a new file", async () => {
  const directory = directoryOfTest();
  const log = join(directory, "log");
  const port = await freePort();
  const agent = start([
    "daemon",
    "--home",
    join(directory, "home"),
    "-P",
    String(port),
    "-l",
    log,
    "--log-level",
    "info",
  ]);
  // Its own listener is there from its first instruction on.
  await until(() => catchesHangup(agent.child.pid ?? 0));
  for (let count = 0; count < 50 && !existsSync(log); count += 1) {
    agent.child.kill("SIGHUP");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await until(() => existsSync(log));
  renameSync(log, `${log}.1`);
  agent.child.kill("SIGHUP");
  await answering(port, agent);
  await until(() => existsSync(log));
});

/** Bit 0 of the caught signals is SIGHUP (proc(5)). */
function catchesHangup(pid: number): boolean {
  const caught = /^SigCgt:\s+([0-9a-f]+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? "0";
  return (BigInt(`0x${caught}`) & 1n) === 1n;
}

it("SIGHUP again and again from the start on never ends it", async () => {
  const port = await freePort();
  const agent = start(["daemon", "--home", join(directoryOfTest(), "home"), "-P", String(port)]);
  await until(() => catchesHangup(agent.child.pid ?? 0));
  const timer = setInterval(() => agent.child.kill("SIGHUP"), 5);
  onTestFinished(() => clearInterval(timer));
  await answering(port, agent);
});

it("SIGTERM ends it within five seconds, whoever is silent on five hundred connections", async () => {
  const home = join(directoryOfTest(), "home");
  const port = await freePort();
  const [statsd, graphite, websocket] = [await freePort(), await freePort(), await freePort()];
  const agent = start(["agent", "start", "--home", home], {
    env: {
      YAGURA_API__LISTEN: `127.0.0.1:${port}`,
      YAGURA_API__MAX_CONNECTIONS: "1000",
      YAGURA_INPUTS__STATSD__LISTEN: `tcp://127.0.0.1:${statsd}`,
      YAGURA_INPUTS__GRAPHITE__LISTEN: `tcp://127.0.0.1:${graphite}`,
      YAGURA_EVENTS__WEBSOCKET__LISTEN: `tcp://127.0.0.1:${websocket}`,
    },
  });
  await answering(port, agent);
  const open = (at: number, first = "") => {
    const socket = connect(at, "127.0.0.1", () => first !== "" && socket.write(first));
    socket.on("error", () => {});
    onTestFinished(() => void socket.destroy());
  };
  for (let count = 0; count < 400; count += 1) open(port);
  for (let count = 0; count < 30; count += 1) {
    for (const at of [statsd, graphite, websocket]) open(at, "half a l");
    const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
    socket.on("error", () => {});
    // One says nothing at all, one the beginning of a head, one of a body.
    const first = [
      "",
      "GET / HT",
      "POST /monitor HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
    ][count % 3];
    socket.once("secureConnect", () => socket.write(first ?? ""));
    onTestFinished(() => void socket.destroy());
  }
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const began = performance.now();
  agent.child.kill("SIGTERM");
  const { exit, stdout, stderr } = await agent.finished;
  expect({ exit, tookMs: performance.now() - began, said: stdout + stderr }).toMatchObject({ exit: 0 });
  expect(performance.now() - began).toBeLessThan(20_000);
});
