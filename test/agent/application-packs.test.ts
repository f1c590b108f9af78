// The packs of Redis, nginx and Apache with the real servers: group, collector with the pack's parameters, check.
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { editParameter, findParameter, loadPacks, overloadPack } from "../../src/config/index.ts";
import { startTestAgent } from "../support/agent.ts";
import { type Daemon, freePort, startDaemon } from "../support/servers/daemon.ts";
import { directoryOfTest } from "../support/temporary.ts";
import { until } from "../support/until.ts";

const shippedPacks = resolve(import.meta.dirname, "../../packs");

/** Takes a pack over to the local level and sets parameters there, as `packs overload` and `packs parameters set` do. */
async function overloaded(levels: string, name: string, parameters: Readonly<Record<string, string>>) {
  const load = () => loadPacks({ core: shippedPacks, levels, objects: [] });
  await overloadPack(load(), `core.${name}`, "local");
  for (const [key, value] of Object.entries(parameters)) {
    const { file } = findParameter(load(), `local.${name}.${key}`);
    const edit = { operation: "set", key, value } as const;
    await editParameter({ path: file, itemwise: [], now: new Date() }, edit);
  }
}

async function agentFor(name: string, parameters: Readonly<Record<string, string>>) {
  const stateDirectory = directoryOfTest();
  await overloaded(stateDirectory, name, parameters);
  const settings = {
    node: { groups: [name] },
    inputs: { collectors: { enabled: true, every: "1s" } },
  };
  const socketPath = join(stateDirectory, "agent.sock");
  const agent = await startTestAgent(settings, { stateDirectory, socketPath, shippedPacks });
  onTestFinished(() => agent.release());
  const collector = async () =>
    (await agent.get(`/collectors/${name}`)).json as {
      state: string;
      log: string;
      results: Record<string, unknown>;
    };
  const check = async (id: string) => {
    const { checks } = (await agent.get("/checks")).json as {
      checks: { id: string; state: string; output: string; level: string }[];
    };
    return checks.find((one) => one.id === id);
  };
  return { agent, collector, check, stateDirectory };
}

function stopLater(daemon: Daemon): Daemon {
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= daemon.stop();
    return stopping;
  };
  onTestFinished(stop);
  return { stop };
}

describe("redis", () => {
  it("is measured and judged, and a server that went away is critical", async () => {
    const port = await freePort();
    const options = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", directoryOfTest(), "--save", ""];
    const server = stopLater(await startDaemon({ command: "redis-server", args: options, port }));
    const { collector, check, stateDirectory } = await agentFor("redis", {
      server: "127.0.0.1",
      port: `${port}`,
    });
    const file = join(stateDirectory, "local-configuration/packs/redis/parameters/parameters.yml");
    expect(readFileSync(file, "utf8")).toMatch(
      /^# How the collector reaches the server\.\n[\s\S]*# CHANGE: .* SET port → \d+\n/,
    );
    await until(async () => (await check("redis/redis"))?.state === "ok", 30);
    expect(await collector()).toMatchObject({ state: "OK", results: { available: true } });
    expect(Number((await collector()).results["connected_clients"])).toBeGreaterThanOrEqual(1);
    expect((await check("redis/redis"))?.output).toMatch(/^Redis answers in [\d.]+ ms, \d+ clients$/);
    expect((await check("redis/redis"))?.level).toBe("local");
    await server.stop();
    await until(async () => (await check("redis/redis"))?.state === "critical", 30);
    expect(await collector()).toMatchObject({ state: "ERROR", results: { available: false } });
  });

  it("that wants a password is there: nobody is woken for it", async () => {
    const port = await freePort();
    const options = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", directoryOfTest(), "--save", ""];
    stopLater(await startDaemon({ command: "redis-server", args: [...options, "--requirepass", "x"], port }));
    const { collector, check } = await agentFor("redis", { server: "127.0.0.1", port: `${port}` });
    await until(async () => (await collector()).state === "ERROR", 30);
    await until(async () => (await check("redis/redis"))?.state === "unknown", 60);
    expect((await check("redis/redis"))?.output).toContain("no data: collector.redis.");
  });
});

describe("nginx", () => {
  it("is measured at the address of its pack", async () => {
    const directory = directoryOfTest();
    const port = await freePort();
    const file = join(directory, "nginx.conf");
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    writeFileSync(
      file,
      `daemon off; master_process off; pid ${directory}/nginx.pid; error_log stderr; events {}
       http { access_log off; ${temporary.map((kind) => `${kind}_temp_path ${directory}/${kind};`).join(" ")}
         server { listen 127.0.0.1:${port}; location = /status { stub_status; } } }`,
    );
    stopLater(
      await startDaemon({ command: "nginx", args: ["-p", directory, "-e", "stderr", "-c", file], port }),
    );
    const { collector } = await agentFor("nginx", { uri: `http://127.0.0.1:${port}/status` });
    const seen = await until(async () => {
      const found = await collector();
      return found.state === "OK" && found;
    }, 30);
    expect(Number(seen.results["connections"])).toBeGreaterThanOrEqual(1);
  });
});

describe("apache", () => {
  it("is measured at the host of its pack", async () => {
    const directory = directoryOfTest();
    // Its workers are another user.
    chmodSync(directory, 0o755);
    const port = await freePort();
    const file = join(directory, "apache.conf");
    const names = ["mpm_event", "authz_core", "status"];
    writeFileSync(
      file,
      `${names.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join("\n")}
       ServerName localhost
       ServerRoot ${directory}
       DefaultRuntimeDir ${directory}
       PidFile ${directory}/apache.pid
       ErrorLog ${directory}/error.log
       User nobody
       Group nogroup
       StartServers 1
       ThreadsPerChild 8
       MinSpareThreads 1
       MaxSpareThreads 8
       MaxRequestWorkers 8
       Listen 127.0.0.1:${port}
       <Location /server-status>
         SetHandler server-status
       </Location>\n`,
    );
    stopLater(await startDaemon({ command: "apache2", args: ["-DFOREGROUND", "-f", file], port }));
    const { collector } = await agentFor("apache", { hostname: `127.0.0.1:${port}` });
    const seen = await until(async () => {
      const found = await collector();
      return found.state === "OK" && found;
    }, 30);
    expect(Number(seen.results["busy_workers"])).toBeGreaterThanOrEqual(1);
  });
});

describe("an older pack that brings Python", () => {
  it("is loaded but for its code, which is named", async () => {
    const stateDirectory = directoryOfTest();
    const pack = join(stateDirectory, "global-configuration/packs/redis");
    cpSync(join(shippedPacks, "redis"), pack, { recursive: true });
    mkdirSync(join(pack, "collectors"));
    writeFileSync(join(pack, "collectors/collector_redis.py"), "import os\n");
    const packs = loadPacks({ core: shippedPacks, levels: stateDirectory, objects: [] });
    expect(packs.packs.filter(({ name, winning }) => name === "redis" && winning)).toMatchObject([
      { level: "global" },
    ]);
    expect(
      packs.objects("check").some(({ id, pack: own }) => id === "redis/redis" && own?.level === "global"),
    ).toBe(true);
    expect(packs.problems.map(({ text }) => text).join()).toMatch(/Python/);
  });
});
