// The process behind its first instructions: arguments, signals, exit code. Nothing else may end it.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import type { AgentConfig, CertificateRequest } from "./agent-config.ts";
import { type AgentHandle, type CliNeeds, runCli } from "./cli/index.ts";
import { reasonOf } from "./kernel/errors.ts";
import { onHangup } from "./kernel/hangup.ts";
import { judgeOwnFiles } from "./kernel/own-files.ts";

/** What node is given to start this program once more. */
const mainFile = fileURLToPath(new URL("main.js", import.meta.url));

try {
  judgeOwnFiles(mainFile);
} catch (thrown) {
  process.stderr.write(`yagura: ${reasonOf(thrown)}\n`);
  process.exit(78);
}
// Under a umask that lets others write, so could they what programs leave; the agent names the modes of its own files.
process.umask(process.umask() | 0o022);

// For those who start the file without its first line's flags; the other flag has no effect any more by now.
setFlagsFromString("--optimize-for-size");

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const shippedPacks = fileURLToPath(new URL("../packs", import.meta.url));
const shippedPrograms = fileURLToPath(new URL("../plugins", import.meta.url));

const startAgent: CliNeeds["startAgent"] = async (loaded, places) => {
  const { startAgent: start } = await import("./agent.ts");
  const { stateDirectory, socketPath } = places;
  const needs = {
    ...{ version, stateDirectory, socketPath, shippedPrograms, shippedPacks },
    configDirectory: dirname(loaded.files[0] ?? places.configFile),
    environment: (name: string) => process.env[name],
    variables: process.env,
    requestStop: () => process.kill(process.pid, "SIGTERM"),
    createCertificate: createCertificateApart,
  };
  const agent = await start(loaded.value as AgentConfig, needs);
  return { ...agent, socketPath };
};

const measure: CliNeeds["measure"] = async (loaded, { stateDirectory }) => {
  const agent = await import("./agent.ts");
  // The clock's timers keep no process alive, and while rates are waited for there is nothing else.
  const alive = setInterval(() => {}, 60_000);
  try {
    return await agent.measure(loaded.value as AgentConfig, {
      ...{ stateDirectory, shippedPrograms },
      variables: process.env,
    });
  } finally {
    clearInterval(alive);
  }
};

const serveUntilStopped: CliNeeds["serveUntilStopped"] = async (agent, { cpuProfile }) => {
  const profile = cpuProfile === undefined ? undefined : await profileTo(cpuProfile);
  await stopRequested(agent);
  await agent.stop();
  await profile?.stop();
  // Should anything be left that waits, nobody waits for it.
  setTimeout(() => process.exit(0), lastWaitMs).unref();
  return 0;
};

const lastWaitMs = 500;

async function profileTo(path: string) {
  const { startCpuProfile } = await import("./kernel/cpu-profile.ts");
  return await startCpuProfile(path);
}

/** The first signal asks to stop, a second one does not wait. */
function stopRequested(agent: AgentHandle): Promise<void> {
  return new Promise((resolve) => {
    onHangup(() => agent.reload());
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(130));
        resolve();
      });
    }
  });
}

/** In a process of its own: the library that makes certificates takes more memory than all the rest. */
async function createCertificateApart({ commonName, names, days }: CertificateRequest) {
  const directory = mkdtempSync(join(tmpdir(), "yagura-certificate-"));
  try {
    const named = [commonName, ...names].flatMap((name) => ["--name", name]);
    const args = [mainFile, "certificate", "create", ...named, "--days", String(days), "--out", directory];
    await promisify(execFile)(process.execPath, args);
    const read = (name: string) => readFileSync(join(directory, name), "utf8");
    return { certificate: read("server.pem"), key: read("server.key") };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const createCertificate: CliNeeds["createCertificate"] = async (request) => {
  const { createSelfSigned } = await import("./transports/self-signed.ts");
  return await createSelfSigned(request);
};

// Whoever reads the output may stop reading: `yagura history | head` is no failure that needs a trace.
process.stdout.on("error", () => process.exit(141));

process.exitCode = await runCli({
  calledPath: process.argv[1] ?? mainFile,
  mainFile,
  argv: process.argv.slice(2),
  environment: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  version,
  sections: async () => (await import("./agent-config.ts")).sections,
  startAgent,
  measure,
  serveUntilStopped,
  createCertificate,
});
