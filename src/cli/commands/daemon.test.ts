// `daemon` and `agent start`: which configuration the agent gets, and from where.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CliStandIns, idleAgent, run } from "../../../test/support/cli.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import type { LoadedConfig } from "../../config/index.ts";
import { AgentError } from "../../kernel/errors.ts";
import type { Places } from "../index.ts";

interface Started {
  readonly loaded: LoadedConfig;
  readonly places: Places;
  readonly options: unknown;
}

async function daemon(argv: readonly string[], given: CliStandIns = {}) {
  const started: Started[] = [];
  const served: unknown[] = [];
  const ran = await run(argv, {
    startAgent: async (loaded, places, options) => {
      started.push({ loaded, places, options });
      return idleAgent;
    },
    serveUntilStopped: async (_agent, options) => {
      served.push(options);
      return 0;
    },
    ...given,
  });
  return { ...ran, started: started[0], served };
}

const apiOf = (started: Started | undefined) => started?.loaded.value["api"];

describe("configuration", () => {
  it.each([["daemon"], ["agent start"]])("%s takes the home's file, and prints nothing", async (name) => {
    const home = directoryOfTest();
    writeFileSync(join(home, "yagura.yaml"), "api: { port: 1 }\n");
    const ran = await daemon([...name.split(" "), "--home", home]);
    expect(ran).toMatchObject({ exit: 0, stdout: "", stderr: "", served: [{}] });
    expect(ran.started).toMatchObject({
      places: {
        configFile: join(home, "yagura.yaml"),
        stateDirectory: home,
        socketPath: join(home, "agent.sock"),
      },
      options: {},
    });
    expect(apiOf(ran.started)).toMatchObject({ port: 1 });
  });

  it.each<[string[], Record<string, string>, unknown]>([
    [["-port", "2"], {}, { port: 2 }],
    [["-P=2"], {}, { port: 2 }],
    [["-P", "0x2"], {}, { port: 2 }],
    [["--port=2", "word", "--port=3"], {}, { port: 2 }],
    [["-port", "2"], { HAPPO_AGENT_PORT: "3" }, { port: 2 }],
    [[], { HAPPO_AGENT_PORT: "3" }, { port: 3 }],
    [[], { HAPPO_AGENT_PORT: "3x" }, { port: 1 }],
    [["-A", "10.0.0.0/8", "-A", "::1"], {}, { allow: ["10.0.0.0/8", "::1"] }],
    [
      ["-A", "::1"],
      { HAPPO_AGENT_ALLOWED_HOSTS: "10.0.0.1, 10.0.0.2" },
      { allow: ["10.0.0.1", "10.0.0.2", "::1"] },
    ],
  ])("%j with %j", async (argv, environment, api) => {
    const home = directoryOfTest();
    writeFileSync(join(home, "yagura.yaml"), "api: { port: 1 }\n");
    const { started } = await daemon(["daemon", "--home", home, ...argv], { environment });
    expect(apiOf(started)).toMatchObject(api as object);
  });

  it("takes another file with --config, which must exist", async () => {
    const home = directoryOfTest();
    const file = join(home, "other.yaml");
    const missing = await daemon(["daemon", "--home", home, "--config", file]);
    expect(missing).toMatchObject({ exit: 78, stdout: "", started: undefined });
    expect(missing.stderr).toMatch(new RegExp(`^yagura: cannot read the configuration ${file}: `));
    writeFileSync(file, "api: { port: 9 }\n");
    expect(apiOf((await daemon(["daemon", "--home", home, "--config", file])).started)).toMatchObject({
      port: 9,
    });
  });

  it("finds its home in YAGURA_HOME", async () => {
    const home = directoryOfTest();
    const { started, exit } = await daemon(["daemon"], { environment: { YAGURA_HOME: home } });
    expect(exit).toBe(0);
    expect(started?.places.stateDirectory).toBe(home);
  });

  it("reports what is wrong, line by line, with exit code 78", async () => {
    const home = directoryOfTest();
    writeFileSync(join(home, "yagura.yaml"), "api:\n  prot: 1\n");
    const { exit, stderr, started } = await daemon(["daemon", "--home", home]);
    expect({ exit, started }).toEqual({ exit: 78, started: undefined });
    expect(stderr).toMatch(new RegExp(`^${home}/yagura.yaml:2:3: .*prot.*port.*\n$`));
  });
});

describe("the process", () => {
  it.each([
    [["-C", "cpu.prof"], {}],
    [[], { HAPPO_AGENT_CPU_PROFILE: "cpu.prof" }],
  ])("hands the profile's file on: %j %j", async (argv, environment) => {
    const { served } = await daemon(["daemon", "--home", directoryOfTest(), ...argv], { environment });
    expect(served).toEqual([{ cpuProfile: "cpu.prof" }]);
  });

  it("ends with the code that serving ended with", async () => {
    const { exit } = await daemon(["daemon", "--home", directoryOfTest()], {
      serveUntilStopped: async () => 130,
    });
    expect(exit).toBe(130);
  });

  it("says why the agent did not start", async () => {
    const startAgent = () => Promise.reject(new AgentError("listen.taken", { address: "127.0.0.1:6777" }));
    const { exit, stdout, stderr } = await daemon(["daemon", "--home", directoryOfTest()], { startAgent });
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect(stderr).toBe(
      "yagura: cannot listen on 127.0.0.1:6777: the port is already in use; is another agent running?\n",
    );
  });
});
