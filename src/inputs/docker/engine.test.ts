// Following an engine: its events, its restart, its absence, and engines that lie.
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import {
  containerId,
  type DockerStandIn,
  dockerOfTest,
} from "../../../test/support/docker/docker-stand-in.ts";
import { apiVersions } from "../../../test/support/docker/engine-answers.ts";
import { type FakeClock, fakeClock } from "../../../test/support/fake-clock.ts";
import { until } from "../../../test/support/until.ts";
import { Engine, type EngineView } from "./engine.ts";

const web = { id: containerId("a1"), name: "web-1", image: "nginx:1" };
const redis = { id: containerId("b2"), name: "cache", image: "redis:7" };
const lists = (docker: DockerStandIn) => docker.asked.filter((path) => path === "/containers/json").length;

interface Followed {
  readonly clock: FakeClock;
  readonly engine: Engine;
  readonly lines: string[];
  look(): Promise<EngineView>;
  names(): Promise<string[]>;
  /** A beat of ten seconds later. */
  beat(): Promise<EngineView>;
}

function follow(socket: string): Followed {
  const [clock, { log, lines }] = [fakeClock(), testContext()];
  const engine = new Engine(socket, { clock, follow: { log } });
  onTestFinished(() => engine.stop());
  const look = async () => (await engine.look()) as EngineView;
  return {
    ...{ clock, engine, lines, look },
    names: async () => (await look()).containers.map(({ name }) => name),
    async beat() {
      await clock.advance(10_000);
      return await look();
    },
  };
}

/** Looked at twice, so that what is known was read while the events came in. */
async function settled(docker: DockerStandIn) {
  const followed = follow(docker.socket);
  await followed.look();
  await until(() => docker.followers === 1);
  await followed.beat();
  return followed;
}

describe("an engine that is followed", () => {
  it.each(apiVersions)("is understood with API %s", async (api) => {
    const docker = await dockerOfTest({ api });
    docker.start(web);
    docker.images = [{ Id: "sha256:1", RepoTags: ["nginx:1"] }];
    expect(await follow(docker.socket).look()).toEqual({
      ...{ version: expect.stringMatching(/^2\d\./) as unknown, api, images: 1, running: 1 },
      containers: [web],
    });
  });

  it("is not asked again while nothing happens, for a minute", async () => {
    const docker = await dockerOfTest();
    docker.start(web);
    const { beat } = await settled(docker);
    const before = docker.asked.length;
    for (let beats = 0; beats < 5; beats += 1) await beat();
    expect(docker.asked.length).toBe(before);
    await beat();
    expect(docker.asked.slice(before).sort()).toEqual(["/containers/json", "/images/json", "/version"]);
  });

  it("tells of containers that start and die, between beats", async () => {
    const docker = await dockerOfTest();
    const { names } = await settled(docker);
    expect(await names()).toEqual([]);
    docker.start(web);
    docker.start(redis);
    await until(async () => (await names()).length === 2);
    docker.die(web.id);
    await until(async () => (await names()).join() === "cache");
  });

  it("does not read the images again for a container, nor the containers for an image", async () => {
    const docker = await dockerOfTest();
    const { look, names } = await settled(docker);
    docker.asked.length = 0;
    docker.start(web);
    await until(async () => (await names()).length === 1);
    expect(docker.asked).toEqual(["/containers/json"]);
    docker.asked.length = 0;
    docker.images = [{ Id: "sha256:1", RepoTags: [] }];
    docker.tell({ Type: "image", Action: "pull" });
    await until(async () => (await look()).images === 1);
    expect(docker.asked).toEqual(["/images/json"]);
  });

  it("is found again after its restart, with what changed meanwhile", async () => {
    const docker = await dockerOfTest();
    docker.start(web);
    const { engine, beat, clock } = await settled(docker);
    await docker.stop();
    await until(() => !engine.isFollowed);
    expect(await engine.look()).toEqual({ absent: `there is no ${docker.socket}` });
    docker.die(web.id);
    docker.start(redis);
    docker.api = "1.47";
    await docker.listen();
    expect(await beat()).toMatchObject({ api: "1.47", containers: [redis] });
    await until(() => docker.followers === 1);
    await clock.advance(10_000);
  });

  it("is taken up when it comes later, and costs nothing before", async () => {
    const docker = await dockerOfTest({ isLate: true });
    const { engine, beat } = follow(docker.socket);
    expect(await engine.look()).toEqual({ absent: `there is no ${docker.socket}` });
    expect(engine.isFollowed).toBe(false);
    await docker.listen();
    docker.start(web);
    expect(await beat()).toMatchObject({ containers: [web] });
    expect(engine.isFollowed).toBe(true);
  });

  it("lets go of it when it stops, and stops twice", async () => {
    const docker = await dockerOfTest();
    const { engine } = await settled(docker);
    await engine.stop();
    await until(() => docker.followers === 0);
    await engine.stop();
  });

  it("is asked at each beat when it refuses its events, and that is said once", async () => {
    const docker = await dockerOfTest();
    docker.misbehave = (path, response) => {
      if (!path.startsWith("/events")) return false;
      response.writeHead(403).end("denied by the proxy");
      return true;
    };
    const { engine, look, beat, names, lines } = follow(docker.socket);
    await look();
    await until(() => !engine.isFollowed);
    docker.start(web);
    await beat();
    expect(await names()).toEqual(["web-1"]);
    await until(() => !engine.isFollowed);
    docker.die(web.id);
    await beat();
    expect(await names()).toEqual([]);
    await until(() => !engine.isFollowed);
    expect(lines.filter((line) => line.includes("no events"))).toHaveLength(1);
    expect(lines.join()).toContain("status 403");
  });

  it("is not hammered when it ends its stream at once", async () => {
    const docker = await dockerOfTest();
    docker.misbehave = (path, response) => {
      if (path.startsWith("/events")) response.writeHead(200).end();
      return path.startsWith("/events");
    };
    const { engine, clock, look } = follow(docker.socket);
    await look();
    await until(() => !engine.isFollowed);
    for (let looks = 0; looks < 4; looks += 1) {
      await clock.advance(1000);
      await look();
    }
    expect(docker.asked.filter((path) => path.startsWith("/events"))).toHaveLength(1);
  });

  it("believes nothing of a stream of rubbish, and reads its lists", async () => {
    const docker = await dockerOfTest();
    const { names } = await settled(docker);
    const before = lists(docker);
    docker.start(web);
    docker.tell("\u0000\u0001 rubbish\n");
    docker.tell("x".repeat(300_000));
    await until(async () => (await names()).length === 1);
    expect(lists(docker)).toBeGreaterThan(before);
  });
});

describe("an engine that lies", () => {
  const endings: (() => void)[] = [];
  afterEach(() => {
    for (const end of endings.splice(0)) end();
  });

  const endless = (response: import("node:http").ServerResponse) => {
    const more = () => {
      while (!response.destroyed && response.write("[".repeat(64 * 1024)));
    };
    response.writeHead(200).on("drain", more);
    more();
    endings.push(() => response.destroy());
  };

  it.each([
    ["/containers/json", "an endless body", /larger than 8388608 bytes/],
    ["/images/json", "an endless body", /larger than 8388608 bytes/],
    ["/containers/json", "a hung answer", /no answer within 4500 ms/],
    ["/containers/json", "broken JSON", /not JSON/],
    ["/containers/json", "status 500", /status 500/],
    ["/version", "a closed connection", /socket hang up|EOF/],
  ])("%s: %s", async (wanted, what, reason) => {
    const docker = await dockerOfTest();
    docker.start(web);
    docker.misbehave = (path, response) => {
      if (path !== wanted) return false;
      if (what === "an endless body") endless(response);
      else if (what === "broken JSON") response.writeHead(200).end('[{"Id":');
      else if (what === "status 500") response.writeHead(500).end("{}");
      else if (what === "a closed connection") response.destroy();
      return true;
    };
    const { engine, beat } = follow(docker.socket);
    await expect(engine.look()).rejects.toMatchObject({
      code: "collector.unanswered",
      message: expect.stringMatching(reason) as unknown,
    });
    expect(engine.isFollowed).toBe(false);
    docker.misbehave = () => false;
    expect(await beat()).toMatchObject({ containers: [web] });
  });

  it("has a thousand containers at most, with names that end, and says how many run", async () => {
    const docker = await dockerOfTest();
    docker.misbehave = (path, response) => {
      if (path !== "/containers/json") return false;
      const rows = Array.from({ length: 1500 }, (_, at) => ({
        Id: containerId(at.toString(16)),
        Names: [`/${"n".repeat(3000)}`],
        Image: "i".repeat(1000),
        Labels: { big: "l".repeat(100) },
      }));
      response.writeHead(200).end(JSON.stringify(rows));
      return true;
    };
    const { running, containers } = await follow(docker.socket).look();
    expect([running, containers.length]).toEqual([1500, 1000]);
    expect([containers[0]?.name.length, containers[0]?.image.length]).toEqual([256, 256]);
  });

  it("whose ids would lead elsewhere has none of these", async () => {
    const docker = await dockerOfTest();
    docker.misbehave = (path, response) => {
      if (path !== "/containers/json") return false;
      response.end(JSON.stringify([{ Id: "../../etc" }, { Id: "a/../b" }, { Id: web.id, Names: ["/ok"] }]));
      return true;
    };
    expect((await follow(docker.socket).look()).containers.map(({ name }) => name)).toEqual(["ok"]);
  });
});
