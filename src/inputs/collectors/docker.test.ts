// Collector `docker`, with an engine that answers on a real unix socket.
import { spawnSync } from "node:child_process";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { systemClock } from "../../kernel/clock.ts";
import type { DockerSample } from "../docker/read-docker.ts";
import { createHostFiles } from "../host-files.ts";
import { docker } from "./docker.ts";

interface Engine {
  readonly socket: string;
  readonly asked: string[];
}

async function engine(answer: (path: string) => unknown): Promise<Engine> {
  const socket = join(directoryOfTest(), "docker.sock");
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    const found = answer(path);
    response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(found ?? { message: "no such thing" }));
  });
  await new Promise<void>((resolve) => void server.listen(socket, resolve));
  onTestFinished(() => void server.close());
  return { socket, asked };
}

const read = (socket: string, config: object = {}) =>
  docker.read(docker.config.parse({ socket, ...config }), {
    host: createHostFiles(),
    clock: systemClock,
    signal: new AbortController().signal,
  });

const ids = ["aaa111", "bbb222", "ccc333"];
const list = [
  { Id: ids[0], Names: ["/web-1"], Image: "nginx:1" },
  { Id: ids[1], Names: ["/web-2"], Image: "nginx:1" },
  { Id: ids[2], Names: ["/gone"], Image: "redis:7" },
];
const stats = (factor: number) => ({
  cpu_stats: { cpu_usage: { usage_in_usermode: 1e9 * factor, usage_in_kernelmode: 5e8 * factor } },
  memory_stats: {
    usage: 3000,
    limit: 8000,
    stats: { anon: 1000, file: 2000, pgfault: 100 * factor, pgmajfault: factor },
  },
});

function answers(factor: number) {
  return (path: string): unknown => {
    if (path === "/version") return { Version: "27.1.1", ApiVersion: "1.46" };
    if (path === "/images/json") return [{ Id: "sha256:1" }, { Id: "sha256:2" }, { Id: "sha256:3" }];
    if (path === "/containers/json") return list;
    return path.includes("ccc333") ? undefined : stats(factor);
  };
}

describe("docker", () => {
  it("measures containers, and images as the sum of theirs", async () => {
    const earlier = (await read((await engine(answers(1))).socket)) as DockerSample;
    const later = await engine(answers(3));
    const reading = docker.measure(await read(later.socket), { sample: earlier, elapsedMs: 10_000 });
    const memory = { usage: 3000, limit: 8000, cache: 2000, rss: 1000, pgfault: 20, pgmajfault: 0.2 };
    expect(reading).toEqual({
      connected: true,
      version: "27.1.1",
      api: "1.46",
      running: 3,
      known_images: 3,
      containers: {
        "web-1": { id: "aaa111", image: "nginx:1", memory, cpu: { user: 0.2, system: 0.1 } },
        "web-2": { id: "bbb222", image: "nginx:1", memory, cpu: { user: 0.2, system: 0.1 } },
      },
      images: {
        "nginx:1": {
          memory: { usage: 6000, limit: 16000, cache: 4000, rss: 2000, pgfault: 40, pgmajfault: 0.4 },
          cpu: { user: 0.4, system: 0.2 },
        },
      },
    });
    expect(later.asked).toContain("/containers/aaa111/stats?stream=false&one-shot=true");
  });

  it("gives a container that started meanwhile no rates yet", async () => {
    const { socket } = await engine(answers(1));
    const sample = (await read(socket)) as DockerSample;
    const reading = docker.measure(sample, { sample: { ...sample, containers: [] }, elapsedMs: 1000 });
    expect(reading?.["containers"]).toMatchObject({ "web-1": { memory: { rss: 1000 }, cpu: {} } });
  });

  it("measures no more containers than it may", async () => {
    const { socket, asked } = await engine(answers(1));
    const sample = (await read(socket, { at_most: 1 })) as DockerSample;
    expect([sample.running, sample.containers.length]).toEqual([3, 1]);
    expect(asked.filter((path) => path.includes("/stats"))).toHaveLength(1);
  });

  it("is not eligible without an engine", async () => {
    const socket = join(directoryOfTest(), "docker.sock");
    expect(await read(socket)).toEqual({ notEligible: `there is no ${socket}` });
  });

  it("is not eligible when the engine left its socket behind", async () => {
    const socket = join(directoryOfTest(), "docker.sock");
    const script = `require("net").createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, "SIGKILL"))`;
    spawnSync(process.execPath, ["-e", script]);
    expect(await read(socket)).toEqual({ notEligible: `no Docker engine answers at ${socket}` });
  });

  it.each([[null], [[]], ["text"], [{ Version: 7 }]])(
    "survives an engine that answers %j",
    async (answer) => {
      const { socket } = await engine(() => answer);
      const sample = await read(socket);
      expect(sample).toMatchObject({ version: "", running: 0, containers: [] });
    },
  );
});
