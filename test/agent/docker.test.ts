// Docker from the engine's socket to people: the HTTP API, `agent info` and `yagura docker show`.
import { describe, expect, it, onTestFinished } from "vitest";
import { startTestAgent } from "../support/agent.ts";
import { run } from "../support/cli.ts";
import { containerId, dockerOfTest } from "../support/docker/docker-stand-in.ts";
import { directoryOfTest } from "../support/temporary.ts";
import { until } from "../support/until.ts";

const web = { id: containerId("a1"), name: "web-1", image: "nginx:1" };

async function agentFor(socket: string, access: Record<string, unknown> = {}) {
  const collectors = { enabled: true, every: "1s", host_root: directoryOfTest(), docker: { socket } };
  const agent = await startTestAgent({ access, inputs: { collectors } });
  onTestFinished(() => agent.release());
  const get = async (path: string) => {
    const { status, text } = await agent.get(path, { socketPath: agent.socketPath });
    return { status, json: JSON.parse(text) as unknown };
  };
  const connected = () => until(async () => (await get("/docker")).json === true);
  return { agent, get, connected };
}

describe("an agent beside a Docker engine", () => {
  it("answers what runs, what there is, and 404", async () => {
    const engine = await dockerOfTest({ api: "1.47" });
    engine.start(web);
    engine.images = [{ Id: "sha256:77", RepoTags: ["nginx:1"] }];
    const { get, connected } = await agentFor(engine.socket);
    await connected();
    expect(await get("/docker/containers")).toMatchObject({ status: 200, json: [{ id: web.id }] });
    expect(await get(`/docker/containers/${web.id}`)).toMatchObject({ json: { name: "/web-1" } });
    expect(await get("/docker/images")).toEqual({
      ...{ status: 200, json: [{ id: "sha256:77", repotags: ["nginx:1"] }] },
    });
    expect(await get("/docker/images/sha256:77")).toMatchObject({ json: { id: "sha256:77" } });
    expect(await get("/docker/images/nginx%3A1")).toMatchObject({ json: { id: "sha256:77" } });
    expect(await get("/docker/containers/none")).toMatchObject({ status: 404 });
    expect(await get("/docker/images/none")).toMatchObject({ status: 404 });
    expect(await get("/agent/info")).toMatchObject({
      json: {
        docker: {
          ...{ enabled: true, connected: true, version: "27.5.1", api: "1.47", containers: 1, images: 1 },
        },
      },
    });
  });

  it("shows figures by container and by image, as tables and as JSON", async () => {
    const engine = await dockerOfTest();
    engine.start(web);
    engine.start({ ...web, id: containerId("b2"), name: "web-2" });
    const { agent, get } = await agentFor(engine.socket);
    const show = (...more: string[]) => run(["docker", "show", "--home", agent.home, ...more]);
    await until(async () => {
      const { images } = (await get("/docker/stats")).json as Stats;
      return images["nginx:1"]?.["cpu.user"]?.value === 0;
    });
    const { stdout, stderr, exit } = await show();
    expect([exit, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^CONTAINER web-1 {2}nginx:1 {2}a10000000000\n(.+\n)* {2}memory\.rss +1\.9 MiB$/m);
    expect(stdout).toMatch(/^IMAGE nginx:1\n(.+\n)* {2}memory\.rss +3\.8 MiB$/m);
    expect(stdout).toMatch(/^ {2}cpu\.user +0 %$/m);
    const { stdout: json } = await show("--json");
    expect((JSON.parse(json) as Stats).images["nginx:1"]?.["memory.rss"]).toEqual({
      ...{ type: "gauge", key: "memory.rss", value: 4_000_000, scope: "memory" },
    });
  });

  it("says when nothing runs, and when there is no engine", async () => {
    const engine = await dockerOfTest({ isLate: true });
    const { agent, connected } = await agentFor(engine.socket);
    const show = () => run(["docker", "show", "--home", agent.home]);
    expect(await show()).toEqual({ exit: 0, stdout: "", stderr: "no Docker engine answers there\n" });
    await engine.listen();
    await connected();
    expect(await show()).toEqual({ exit: 0, stdout: "", stderr: "no container runs\n" });
    await engine.stop();
    expect((await show()).stderr).toBe("no Docker engine answers there\n");
  });

  it("shows nothing of Docker to whoever may not read", async () => {
    const engine = await dockerOfTest();
    const callers = [{ name: "nagios", token: "sesame", roles: ["check"] }];
    const { agent } = await agentFor(engine.socket, { callers });
    const headers = { authorization: "Bearer sesame" };
    for (const path of ["/docker", "/docker/containers", "/docker/images", "/docker/stats"])
      expect((await agent.get(path, { headers })).status).toBe(403);
  });
});

interface Stats {
  readonly containers: Readonly<Record<string, object>>;
  readonly images: Readonly<Record<string, Readonly<Record<string, { readonly value: number | null }>>>>;
}
