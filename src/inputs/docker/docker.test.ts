// What is told of containers, images and what they use, from one collector at work with an engine beside it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import {
  containerId,
  type DockerStandIn,
  dockerOfTest,
} from "../../../test/support/docker/docker-stand-in.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { until } from "../../../test/support/until.ts";
import { createCollectorSet } from "../collector-set.ts";
import { inputsConfig } from "../config.ts";
import { createDocker, type Docker } from "./docker.ts";
import { createFollowedEngine } from "./followed-engine.ts";

const web1 = { id: containerId("a1"), name: "web-1", image: "nginx:1" };
const web2 = { id: containerId("a2"), name: "web-2", image: "nginx:1" };

interface AtWork {
  readonly docker: Docker;
  readonly hostRoot: string;
  /** One round of the collector: two samples the first time, a second apart. */
  round(): Promise<void>;
  /** As a beat begins: the engine is known, and nothing is measured. */
  begin(): void;
}

function atWork(socket: string, settings: object = {}, only = true): AtWork {
  const hostRoot = directoryOfTest();
  const context = testContext();
  const { collectors: config } = inputsConfig.parse({
    collectors: { host_root: hostRoot, docker: { socket, ...settings } },
  });
  const quiet = { ...config, ...(only ? othersOff(config) : {}) };
  const followed = createFollowedEngine(context);
  const nothing = () => {};
  const collectors = createCollectorSet(quiet as typeof config, {
    ...{ ...context, emit: nothing, onChange: nothing, onReading: nothing },
    ...{ isInGroup: () => false, engineAt: (path) => followed.at(path) },
  });
  onTestFinished(() => followed.stop());
  return {
    docker: createDocker({ clock: context.clock, followed, collectors }),
    hostRoot,
    round: () => collectors.runOnce(),
    begin: () => void followed.at(socket),
  };
}

/** Only the collector that this is about. */
function othersOff(config: object): object {
  const names = Object.keys(inputsConfig.shape.collectors.unwrap().shape);
  const known = new Set(["enabled", "every", "host_root", "docker"]);
  return Object.fromEntries(
    names.filter((name) => !known.has(name)).map((name) => [name, { ...config, enabled: false }]),
  );
}

const withTwo = async (): Promise<DockerStandIn> => {
  const engine = await dockerOfTest({ api: "1.46" });
  engine.start(web1);
  engine.start(web2);
  engine.images = [{ Id: "sha256:77", RepoTags: ["nginx:1"], Labels: { API_KEY: "label-key" } }];
  return engine;
};

describe("without an engine", () => {
  it("tells that there is none", async () => {
    const { docker, round } = atWork(join(directoryOfTest(), "docker.sock"));
    const none = { version: "", api: "", containers: 0, images: 0 };
    expect(await docker.info()).toEqual({ enabled: true, connected: false, ...none });
    await round();
    expect(await docker.info()).toEqual({ enabled: true, connected: false, ...none });
    expect([await docker.containers(), await docker.images()]).toEqual([[], []]);
    expect([await docker.container("a"), await docker.image("a")]).toEqual([undefined, undefined]);
    expect(await docker.stats()).toEqual({
      ...{ connected: false, containers: {}, images: {}, names: {}, left_out: 0 },
    });
  });

  it("tells that the collector is switched off, and opens nothing", async () => {
    const engine = await withTwo();
    const { docker, round } = atWork(engine.socket, { enabled: false });
    await round();
    expect(await docker.info()).toMatchObject({ enabled: false, connected: false });
    expect(engine.asked).toEqual([]);
  });
});

describe("with an engine", () => {
  it("tells its versions and counts", async () => {
    const engine = await withTwo();
    const { docker, begin } = atWork(engine.socket);
    begin();
    expect(await docker.info()).toEqual({
      ...{ enabled: true, connected: true, version: "27.1.1", api: "1.46", containers: 2, images: 1 },
    });
  });

  it("describes containers and images without their secrets", async () => {
    const engine = await withTwo();
    const { docker, begin } = atWork(engine.socket);
    begin();
    const containers = await docker.containers();
    expect(containers).toMatchObject([{ name: "/web-1", state: { running: true } }, { name: "/web-2" }]);
    expect(await docker.images()).toEqual([{ id: "sha256:77", repotags: ["nginx:1"], labels: {} }]);
    expect(JSON.stringify([containers, await docker.images()])).not.toMatch(/hunter2|label-key|"env"/i);
  });

  it.each([web1.id, web1.id.slice(0, 12), "web-1"])("finds a container by %s", async (id) => {
    const { docker, begin } = atWork((await withTwo()).socket);
    begin();
    expect(await docker.container(id)).toMatchObject({ id: web1.id });
  });

  it.each(["sha256:77", "77", "nginx:1"])("finds an image by %s", async (id) => {
    const { docker, begin } = atWork((await withTwo()).socket);
    begin();
    expect(await docker.image(id)).toMatchObject({ id: "sha256:77" });
  });

  it.each(["web-3", "a1", "..", "", "constructor"])("finds nothing by %j", async (id) => {
    const { docker, begin } = atWork((await withTwo()).socket);
    begin();
    expect([await docker.container(id), await docker.image(id)]).toEqual([undefined, undefined]);
  });

  it("tells what each uses, and each image as the sum of its containers", async () => {
    const engine = await withTwo();
    const { docker, round } = atWork(engine.socket);
    await round();
    const stats = await docker.stats();
    expect(stats.names).toEqual({
      [web1.id]: { name: "web-1", image: "nginx:1" },
      [web2.id]: { name: "web-2", image: "nginx:1" },
    });
    const gauge = (key: string, value: number) => ({ type: "gauge", key, value, scope: "memory" });
    expect(stats.containers[web1.id]).toMatchObject({
      "memory.rss": gauge("memory.rss", 2_000_000),
      "memory.cache": gauge("memory.cache", 1_500_000),
      "memory.pgfault": { type: "rate", key: "memory.pgfault", value: 0, scope: "memory" },
      "cpu.user": { type: "rate", key: "cpu.user", value: 0, scope: "cpu" },
    });
    expect(stats.images["nginx:1"]).toMatchObject({
      "memory.rss": gauge("memory.rss", 4_000_000),
      "memory.usage": gauge("memory.usage", 10_000_000),
    });
  });

  it("has no rate of a container before its second sample", async () => {
    const engine = await withTwo();
    const { docker, round } = atWork(engine.socket);
    await round();
    engine.start({ ...web2, id: containerId("a3"), name: "web-3" });
    await until(async () => (await docker.info()).containers === 3);
    expect((await docker.stats()).left_out).toBe(1);
    await round();
    const figures = (await docker.stats()).containers[containerId("a3")];
    expect(figures?.["cpu.user"]).toEqual({ type: "rate", key: "cpu.user", value: null, scope: "cpu" });
    expect(figures?.["memory.pgfault"]?.value).toBeNull();
    expect(figures?.["memory.rss"]?.value).toBe(2_000_000);
    engine.start({ ...web2, id: containerId("a3"), name: "web-3", load: 9 });
    await round();
    const later = (await docker.stats()).containers[containerId("a3")];
    expect(later?.["cpu.user"]?.value).toBeGreaterThan(0);
    expect(later?.["memory.pgfault"]?.value).toBeGreaterThan(0);
  });

  it("tells nothing more of a container that has ended, nor of its share", async () => {
    const engine = await withTwo();
    const { docker, round } = atWork(engine.socket);
    await round();
    engine.die(web2.id);
    const stats = await until(async () => {
      const found = await docker.stats();
      return Object.keys(found.containers).length === 1 && found;
    });
    expect(stats.images["nginx:1"]?.["memory.rss"]?.value).toBe(2_000_000);
  });

  it("leaves containers beyond the limit out, and says how many", async () => {
    const { docker, round } = atWork((await withTwo()).socket, { at_most: 1 });
    await round();
    const stats = await docker.stats();
    expect([Object.keys(stats.containers), stats.left_out]).toEqual([[web1.id], 1]);
  });

  it("reads control groups instead of asking, where they are to be seen", async () => {
    const engine = await withTwo();
    const { docker, round, hostRoot } = atWork(engine.socket);
    const group = join(hostRoot, "sys/fs/cgroup/system.slice", `docker-${web1.id}.scope`);
    mkdirSync(group, { recursive: true });
    writeFileSync(join(hostRoot, "sys/fs/cgroup/cgroup.controllers"), "memory\n");
    writeFileSync(join(group, "memory.stat"), "anon 111\nfile 22\n");
    writeFileSync(join(group, "memory.current"), "133\n");
    writeFileSync(join(group, "cpu.stat"), "user_usec 5\nsystem_usec 6\n");
    await round();
    const { containers } = await docker.stats();
    expect(containers[web1.id]?.["memory.rss"]?.value).toBe(111);
    expect(containers[web2.id]?.["memory.rss"]?.value).toBe(2_000_000);
    const asked = engine.asked.filter((path) => path.includes("/stats"));
    expect(new Set(asked)).toEqual(new Set([`/containers/${web2.id}/stats?stream=false&one-shot=true`]));
  });

  it("tells the rest when one container cannot be described", async () => {
    const engine = await withTwo();
    const { docker, begin } = atWork(engine.socket);
    begin();
    engine.misbehave = (path, response) => {
      if (path !== `/containers/${web1.id}/json`) return false;
      response.writeHead(200).end(`{"Id":"${"x".repeat(2 * 1024 * 1024)}"}`);
      return true;
    };
    expect(await docker.containers()).toMatchObject([{ name: "/web-2" }]);
  });

  it("does not wait for an engine that hangs when it tells how it is", async () => {
    const engine = await withTwo();
    const { docker, begin } = atWork(engine.socket);
    begin();
    engine.misbehave = () => true;
    const beganMs = performance.now();
    expect(await docker.info()).toMatchObject({ enabled: true, connected: false });
    expect(performance.now() - beganMs).toBeLessThan(4000);
  });

  it("asks the engine once for those who ask at the same time", async () => {
    const engine = await withTwo();
    const { docker, begin } = atWork(engine.socket);
    begin();
    await Promise.all([docker.containers(), docker.containers(), docker.containers()]);
    expect(engine.asked.filter((path) => path.endsWith(`${web1.id}/json`))).toHaveLength(1);
  });
});
