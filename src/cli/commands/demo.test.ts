// demo: a private home, a free port, one real check over HTTPS with the certificate pinned.
import { statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { idleAgent, makeCertificate, run, type TestCertificate } from "../../../test/support/cli.ts";
import { type Reply, startServer } from "../../../test/support/https-stub.ts";
import { directoryOfTest, temporaryDirectory } from "../../../test/support/temporary.ts";
import { AgentError } from "../../kernel/errors.ts";
import type { CliNeeds } from "../index.ts";

const directory = temporaryDirectory();
let certificate: TestCertificate;
beforeAll(() => {
  certificate = makeCertificate(directory.path);
});
afterAll(() => directory.release());

/** Stands in for the agent: a server with its certificate on the port that the configuration says. */
async function demo(
  reply: Reply,
  fingerprint = certificate.fingerprint,
  onStart: (address: string) => void = () => {},
) {
  const home = join(directoryOfTest(), "it's home");
  const seen: unknown[] = [];
  const asked: { url: string; body: string }[] = [];
  const startAgent: CliNeeds["startAgent"] = async (loaded, places, options) => {
    const { listen } = loaded.value["api"] as { listen: string };
    onStart(listen);
    const server = await startServer({ tls: certificate, port: Number(listen.split(":")[1]) }).catch(
      (thrown) => {
        throw new AgentError("listen.taken", { address: listen, cause: thrown });
      },
    );
    onTestFinished(() => server.stop());
    server.reply(reply);
    seen.push({ listen, places, options, mode: statSync(home).mode & 0o777 });
    return { ...idleAgent, fingerprint, stop: async () => void asked.push(...server.asked) };
  };
  const serveUntilStopped: CliNeeds["serveUntilStopped"] = async (agent) => {
    await agent.stop();
    return 0;
  };
  const ran = await run(["demo", "--home", home], { startAgent, serveUntilStopped });
  return { ...ran, home, seen, asked };
}

it("shows the check's answer and what to try next", async () => {
  const reply = { status: 200, body: JSON.stringify({ return_value: 1, message: "LOAD WARNING\n" }) };
  const { exit, stdout, stderr, home, seen, asked } = await demo(reply);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  const port = /https:\/\/127\.0\.0\.1:(\d+)/.exec(stdout)?.[1];
  expect(seen).toEqual([
    {
      listen: `127.0.0.1:${port}`,
      places: {
        configFile: join(home, "yagura.yaml"),
        stateDirectory: home,
        socketPath: join(home, "agent.sock"),
      },
      options: { demo: true },
      mode: 0o700,
    },
  ]);
  expect(asked).toMatchObject([{ url: "/monitor" }]);
  const { plugin_name, plugin_option } = JSON.parse(asked[0]?.body ?? "");
  expect(stdout).toContain("WARNING (1): LOAD WARNING\n");
  expect(stdout).toContain(certificate.fingerprint);
  expect(stdout).toContain(
    `curl -k https://127.0.0.1:${port}/monitor -d '${JSON.stringify({ plugin_name, plugin_option })}'`,
  );
  expect(stdout).toContain(
    `node dist/main.js check -H 127.0.0.1 -P ${port} --pin ${certificate.fingerprint} -p ${plugin_name} -o '${plugin_option}'`,
  );
  expect(stdout).toContain(`node dist/main.js status --home '${home.replace("'", "'\\''")}'`);
  expect(stdout).toContain(`https://127.0.0.1:${port}/docs`);
});

it("takes the next port when the first is taken", async () => {
  const occupant = createServer();
  // Where 6777 is somebody else's, it is taken as well.
  await new Promise((resolve) => occupant.once("error", resolve).listen(6777, "127.0.0.1", () => resolve(0)));
  const { stdout } = await demo({ status: 200, body: '{"return_value":0,"message":"m"}' });
  occupant.close();
  expect(Number(/https:\/\/127\.0\.0\.1:(\d+)/.exec(stdout)?.[1])).toBeGreaterThan(6777);
});

it("takes the next port when another is quicker between the look and the start", async () => {
  const taken: string[] = [];
  const { stdout, seen } = await demo(
    { status: 200, body: '{"return_value":0,"message":"m"}' },
    undefined,
    (address) => {
      taken.push(address);
      if (taken.length === 1) throw new AgentError("listen.taken", { address });
    },
  );
  expect(taken).toHaveLength(2);
  expect(seen).toMatchObject([{ listen: taken[1] }]);
  expect(stdout).toContain(`https://${taken[1]}`);
});

it("says that its home is another's", async () => {
  const { exit, stderr } = await demo({ status: 200 }, undefined, () => {
    throw new AgentError("listen.taken", { address: "/run/agent.sock" });
  });
  expect(exit).toBe(1);
  expect(stderr).toContain("/run/agent.sock");
});

it("does not believe another certificate", async () => {
  const { stdout, asked } = await demo({ status: 200, body: "{}" }, "00".repeat(32));
  expect(stdout).toContain("CRITICAL (2): ERROR(happo-agent): the certificate's fingerprint is");
  expect(asked).toEqual([]);
});

it("says when the home cannot be one", async () => {
  const { exit, stderr } = await run(["demo", "--home", "/dev/null/home"]);
  expect(exit).toBe(1);
  expect(stderr).toMatch(/^yagura: cannot use the state directory \/dev\/null\/home: .*ENOTDIR/);
});
