import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startTestAgent } from "../support/agent.ts";
import { directoryOfTest, writeScript } from "../support/temporary.ts";
import { until } from "../support/until.ts";

const shippedPacks = resolve(import.meta.dirname, "../../packs");
const operators = { callers: [{ name: "op", token: "sesame", roles: ["operate", "read", "admin"] }] };
const asOperator = { headers: { authorization: "Bearer sesame" } };

/** An agent with these object files, and everything that the package ships when it is asked for. */
async function agentWith(files: Readonly<Record<string, string>>, settings: object = {}, given: object = {}) {
  const configDirectory = directoryOfTest();
  for (const [name, text] of Object.entries(files)) {
    const path = join(configDirectory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const agent = await startTestAgent({ access: operators, ...settings }, { configDirectory, ...given });
  onTestFinished(() => agent.release());
  const get = async <Json>(path: string) => (await agent.get(path, asOperator)).json as Json;
  const send = async (path: string, body: object) => await agent.post(path, body, asOperator);
  const evaluate = async (text: string) => {
    const expr = Buffer.from(text).toString("base64");
    const body = new URLSearchParams({ expr, as: "text" }).toString();
    return (await agent.post("/agent/evaluator/eval", body, asOperator)).text;
  };
  return { agent, get, send, evaluate, configDirectory };
}

type Checks = { checks: { id: string; state: string; output: string; held: string | null }[] };

const measuring = { inputs: { collectors: { enabled: true, every: "1s" } } };

describe("a host without any configuration", () => {
  it("shows groups, checks and their states", async () => {
    const { get, evaluate } = await agentWith({}, measuring, { shippedPacks });
    await until(async () => (await get<string[]>("/agent/detectors/state")).includes("linux"), 30);
    const states = await until(async () => {
      const { checks } = await get<Checks>("/checks");
      return checks.length >= 4 && checks.every(({ state }) => state !== "pending") && checks;
    }, 30);
    expect(states.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["linux/cpu", "linux/disks", "linux/load-average", "linux/memory"]),
    );
    expect(states.filter(({ state }) => state === "unknown")).toEqual([]);
    expect(await evaluate("is_in_group('linux')")).toBe("True");
    await until(async () => (await get<string>("/agent/state")) === "ok", 30);
    const info = await get<{ groups: string[]; local_addr: string; uuid: string }>("/agent/info");
    expect(info.groups).toContain("linux");
    expect(info.local_addr).not.toBe("");
    expect(info.uuid).toMatch(/^[0-9a-f]{40}$/);
  });

  it("ships packs that can all be read, and says so of none that cannot", async () => {
    const { get } = await agentWith({}, {}, { shippedPacks });
    const levels = await get<{ core: Record<string, [{ name: string }, string]> }>("/packs");
    expect(levels.core["hypervisor"]?.[0].name).toBe("hypervisor");
    const dashboards = await get<{ name: string }[]>("/dashboards");
    expect(dashboards.map(({ name }) => name).sort()).toEqual(["linux", "mongodb", "redis"]);
  });
});

describe("checks of the older system's files", () => {
  it("critical when 1 == 1", async () => {
    const { get } = await agentWith({
      "objects.d/simple.yml": `check:
  interval: 1s
  critical_if: "1 == 1"
  critical_output: "'it is what it is'"
`,
    });
    const seen = await until(async () => {
      const { checks } = await get<{ checks: Record<string, { state: string; state_id: number }> }>(
        "/monitoring/state",
      );
      return checks["simple"]?.state === "critical" && checks["simple"];
    });
    expect(seen).toMatchObject({
      state_id: 2,
      old_state: "pending",
      output: "it is what it is",
      if_group: "*",
    });
    const history = await get<{ date: number; entries: object[] }[]>("/monitoring/history/checks");
    expect(history.at(-1)?.entries).toMatchObject([
      { name: "simple", state: "critical", old_state: "pending" },
    ]);
  });

  it("a plugin with macros for its words", async () => {
    const plugins = directoryOfTest();
    writeScript(plugins, "check_dummy", 'echo "$2"; exit "$1"');
    const { get } = await agentWith(
      {
        "objects.d/dummy.yml": `check:
  if_group: linux
  interval: 1s
  script: "check_dummy $exit_status$ '$exit_text$'"
  exit_status: 1
  exit_text: not so well
`,
      },
      { node: { groups: ["linux"] }, programs: { paths: [plugins] } },
    );
    const [seen] = await until(async () => {
      const { checks } = await get<Checks>("/checks");
      return checks[0]?.state === "warning" && checks;
    });
    expect(seen).toMatchObject({ id: "dummy", output: "not so well" });
  });

  it("performance data become series", async () => {
    const plugins = directoryOfTest();
    writeScript(plugins, "check_x", 'echo "fine|load=0.5;1;2"');
    const { get } = await agentWith(
      { "objects.d/web/load.yml": "check:\n  interval: 1s\n  script: check_x\n" },
      { programs: { paths: [plugins] } },
    );
    await until(async () => {
      const { series } = await get<{ series: string[] }>("/series");
      return series.includes("web.load.load");
    });
  });
});

describe("a check that is defined over HTTP", () => {
  it("begins at once, is kept, and can be taken away", async () => {
    const stateDirectory = directoryOfTest();
    const given = { stateDirectory, socketPath: join(stateDirectory, "agent.sock") };
    const { agent, get } = await agentWith({}, {}, given);
    const ask = async (method: string, path: string, body: object | string = "", options = asOperator) =>
      (await agent.post(path, body, { ...options, method })).status;
    const body = { interval: "1s", critical_if: "1 == 1", critical_output: "'so it is'" };
    expect(await ask("PUT", "/monitoring/checks/mine", body)).toBe(200);
    await until(async () => (await get<Checks>("/checks")).checks[0]?.output === "so it is");
    expect(await ask("PUT", "/monitoring/checks/mine", { ...body, critical_output: "'anew'" })).toBe(200);
    await until(async () => (await get<Checks>("/checks")).checks[0]?.output === "anew");
    expect(await get("/monitoring/checks/mine")).toMatchObject({ id: "mine", state: "critical" });
    await agent.stop();
    const again = await agentWith({}, {}, given);
    expect((await again.get<Checks>("/checks")).checks).toMatchObject([{ id: "mine", state: "critical" }]);
    const remove = async () =>
      (await again.agent.post("/monitoring/checks/mine", "", { ...asOperator, method: "DELETE" })).status;
    expect([await remove(), await remove()]).toEqual([200, 404]);
    expect((await again.get<Checks>("/checks")).checks).toEqual([]);
  });

  it.each([
    ["a name that leaves the directory", "..%2f..%2fetc%2fpasswd", {}, 400],
    ["a name that is none", ".hidden", {}, 400],
    ["an expression that cannot be read", "x", { critical_if: "1 +" }, 400],
    ["a wrong key", "x", { interval: "soon" }, 400],
  ])("is refused with %s", async (_what, name, body, status) => {
    const { agent, get } = await agentWith({});
    const path = `/monitoring/checks/${name}`;
    expect((await agent.post(path, body, { ...asOperator, method: "PUT" })).status).toBe(status);
    expect((await get<Checks>("/checks")).checks).toEqual([]);
    expect((await agent.post("/monitoring/checks/x", {}, { method: "PUT" })).status).toBe(401);
  });
});

it("a check's own keys are for operators: among them are passwords", async () => {
  const { agent, get } = await agentWith({
    "objects.d/x.yml": `
check:
  interval: 1s
  critical_if: "1 == 0"
  my_password: S3CRET
  configuration: { token: S3CRET }
`,
  });
  await until(async () => (await get<Checks>("/checks")).checks[0]?.state === "ok");
  for (const path of [
    "/checks",
    "/monitoring/state",
    "/monitoring/checks",
    "/monitoring/checks/x",
    "/agent/checks",
  ])
    expect((await agent.get(path)).text).not.toContain("S3CRET");
  expect((await agent.get("/monitoring/checks/x", asOperator)).text).toContain("S3CRET");
});

describe("groups by hand", () => {
  it("come and go without a restart", async () => {
    const { agent, get } = await agentWith({
      "objects.d/x.yml": "check:\n  if_group: web\n  warning_if: 'False'\n",
    });
    const edit = async (path: string) => (await agent.get(`/agent/parameters/${path}`, asOperator)).json;
    expect((await get<Checks>("/checks")).checks).toEqual([]);
    expect([await edit("add/groups/web"), await edit("add/groups/db"), await edit("add/groups/db")]).toEqual([
      true,
      true,
      false,
    ]);
    expect((await get<Checks>("/checks")).checks.map(({ id }) => id)).toEqual(["x"]);
    expect(await edit("remove/groups/web")).toBe(true);
    expect((await get<{ groups: string[] }>("/agent/info")).groups).toEqual(["db"]);
    expect((await agent.get("/agent/parameters/add/groups/x")).status).toBe(401);
  });
});

describe("downtimes", () => {
  it("hold back, are listed, and end", async () => {
    const { agent, get, send } = await agentWith({ "objects.d/b.yml": "check:\n  passive: true\n" });
    const until = Date.now() / 1000 + 3600;
    const { json } = await send("/downtimes", { checks: "b", until, comment: "moving house" });
    expect(json).toMatchObject({ kind: "downtime", checks: "b", author: "op", comment: "moving house" });
    await send("/checks/results", { check: "b", state: 2, output: "gone|x=1" });
    expect((await get<Checks>("/checks")).checks).toMatchObject([
      { state: "critical", held: "downtime", output: "gone" },
    ]);
    const { downtimes } = await get<{ downtimes: { id: string }[] }>("/downtimes");
    const path = `/downtimes/${downtimes[0]?.id}`;
    const remove = async () => (await agent.post(path, "", { ...asOperator, method: "DELETE" })).status;
    expect([await remove(), await remove()]).toEqual([200, 404]);
    const told = await get<{ events: { type: string; held: unknown }[] }>("/events?type=check");
    expect(told.events.map(({ held }) => held)).toEqual(["downtime", null]);
    expect((await send("/downtimes", { checks: "b", until: 1 })).status).toBe(400);
    expect((await agent.post("/downtimes", { checks: "b", until })).status).toBe(403);
  });
});

describe("the evaluator", () => {
  it.each([
    ["1 < 2 < 0", "False"],
    ["'OK: %s%%' % 57.5", "OK: 57.5%"],
    ["is_plain_file('/etc/passwd')", "True"],
    ["grep('ROOT', '/etc/passwd')", "True"],
    ["[1, 'a', None, (2,), {'k': True}]", "[1, 'a', None, (2,), {'k': True}]"],
    ["system_get_os()", "linux"],
  ])("%s", async (text, expected) => {
    const { evaluate } = await agentWith({});
    expect(await evaluate(text)).toBe(expected);
  });

  it("tells what is wrong, and is for operators only", async () => {
    const { agent, evaluate } = await agentWith({});
    expect(await evaluate("1 +")).toContain("column");
    expect(await evaluate("''.__class__.__mro__")).toContain("error");
    const body = new URLSearchParams({ expr: Buffer.from("1").toString("base64") }).toString();
    expect((await agent.post("/agent/evaluator/eval", body)).status).toBe(401);
    expect((await agent.post("/agent/evaluator/eval", "expr=%%%", asOperator)).status).toBe(400);
  });

  it("lists its functions with their prototypes", async () => {
    const { get } = await agentWith({});
    const functions =
      await get<{ name: string; prototype: string; aliases: string[]; doc: string }[]>(
        "/agent/evaluator/list",
      );
    expect(functions.find(({ name }) => name === "grep_file")).toMatchObject({
      prototype: "grep_file(string, path, regexp=False)",
      aliases: ["grep"],
    });
    expect(functions.filter(({ doc }) => doc === "")).toEqual([]);
  });
});

describe("what the agent knows is kept over a restart", () => {
  it("so that nobody is told twice", async () => {
    const stateDirectory = directoryOfTest();
    const files = {
      "objects.d/x.yml": "check:\n  interval: 1s\n  critical_if: 'True'\n  critical_output: \"'bad'\"\n",
    };
    const given = { stateDirectory, socketPath: join(stateDirectory, "agent.sock") };
    const first = await agentWith(files, {}, given);
    await until(async () => (await first.get<Checks>("/checks")).checks[0]?.state === "critical");
    await first.agent.stop();
    expect(readFileSync(join(stateDirectory, "checks.json"), "utf8")).toContain('"told":"critical"');
    const second = await agentWith(files, {}, given);
    expect((await second.get<Checks>("/checks")).checks).toMatchObject([
      { state: "critical", output: "bad" },
    ]);
    const { last_check: before } =
      (await second.get<{ checks: { last_check: number }[] }>("/checks")).checks[0] ?? {};
    await until(async () => {
      const { checks } = await second.get<{ checks: { last_check: number }[] }>("/checks");
      return (checks[0]?.last_check ?? 0) > (before ?? 0);
    });
    const { events } = await second.get<{ events: object[] }>("/events?after=0&type=check");
    expect(events).toHaveLength(1);
  });
});

describe("the list of routes", () => {
  it("says what can be asked, and what is protected", async () => {
    const { get } = await agentWith({});
    const rows =
      await get<{ method: string; path: string; protected: boolean; description: string }[]>("/api");
    expect(rows.find(({ path }) => path === "/stop")).toMatchObject({ method: "GET", protected: true });
    expect(rows.find(({ path }) => path === "/checks")).toMatchObject({ method: "GET", protected: false });
    expect(rows.filter(({ description }) => description === "")).toEqual([]);
  });
});
