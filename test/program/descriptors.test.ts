// With few descriptors, whoever holds all that can be had keeps nobody from having checks answered.
import { writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { send } from "../support/agent.ts";
import { answering, freePort, start } from "../support/program.ts";
import { directoryOfTest, writeScript } from "../support/temporary.ts";
import { until } from "../support/until.ts";

/** Connections that say nothing; how many of them still stand. */
function silent(count: number, port: number, localAddress = "127.0.0.1") {
  const sockets = new Set<Socket>();
  const settled = Array.from(
    { length: count },
    () =>
      new Promise<void>((resolve) => {
        const socket = connect({ host: "127.0.0.1", port, localAddress });
        socket.on("connect", () => {
          sockets.add(socket);
          resolve();
        });
        socket.on("error", () => socket.destroy());
        socket.on("close", () => {
          sockets.delete(socket);
          resolve();
        });
        onTestFinished(() => void socket.destroy());
      }),
  );
  return { standing: () => sockets.size, settled: Promise.all(settled) };
}

async function agentOfTest(nofile: number, { allow = "" } = {}) {
  const home = directoryOfTest();
  const programs = join(home, "programs");
  const [api, statsd, graphite, websocket] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  writeFileSync(
    join(home, "yagura.yaml"),
    `api: { listen: "127.0.0.1:${api}", allow: [${allow}] }
access: { defaults: happo }
programs: { paths: ["${home}"] }
inputs:
  collectors: { enabled: false }
  statsd: { listen: ["tcp://127.0.0.1:${statsd}"] }
  graphite: { listen: ["tcp://127.0.0.1:${graphite}"] }
events: { websocket: { listen: "tcp://127.0.0.1:${websocket}" } }
log: { level: error }
`,
  );
  writeScript(home, "check_word", "echo fine");
  const agent = start(["daemon", "--home", home], { within: ["prlimit", `--nofile=${nofile}`] });
  await answering(api, agent);
  const check = async (from = "127.0.0.1") => {
    const body = { plugin_name: "check_word", plugin_option: "" };
    const { status, text } = await send(api, { method: "POST", path: "/monitor", body, from });
    return { status, text };
  };
  return { ports: { api, statsd, graphite, websocket }, check, programs };
}

const fine = { status: 200, text: expect.stringContaining("fine") as string };

it.each(["graphite", "statsd", "websocket"] as const)(
  "eighty idle connections to %s with 64 descriptors: checks are answered",
  async (listener) => {
    const { ports, check } = await agentOfTest(64);
    expect(await check()).toEqual(fine);
    const idle = silent(80, ports[listener]);
    await idle.settled;
    // Those that found no room are closed, and the others are left alone.
    const standing = await until(() => idle.standing() < 60 && idle.standing());
    expect(standing).toBeGreaterThan(0);
    const answers = await Promise.all(Array.from({ length: 4 }, () => check()));
    expect(answers).toEqual(Array(4).fill(fine));
    for (let count = 0; count < 10; count += 1) expect(await check()).toEqual(fine);
    expect(idle.standing()).toBeGreaterThan(0);
  },
);

it("hundreds of silent connections of a host that may not ask keep none from one that may", async () => {
  const { ports, check } = await agentOfTest(200, { allow: '"127.0.0.2"' });
  expect(await check("127.0.0.2")).toEqual(fine);
  const strangers = silent(300, ports.api, "127.0.0.5");
  await strangers.settled;
  for (let count = 0; count < 10; count += 1) expect(await check("127.0.0.2")).toEqual(fine);
  await until(() => strangers.standing() <= 4);
});
