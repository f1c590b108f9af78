// The built program as an operator runs it: a process of its own, in a private home, on a free port.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
export const flags = ["--max-semi-space-size=1", "--optimize-for-size"];

/** As packaging/yagura.service has it. */
export const serviceEnvironment = { ...process.env, MALLOC_ARENA_MAX: "1" };

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts `yagura daemon`; with `home` it is used again and kept. `nodeOptions` go before the script. */
export async function startAgent({ nodeOptions = [], config = "", home } = {}) {
  const own = home ?? mkdtempSync(join(tmpdir(), "yagura-bench-"));
  const port = await freePort();
  writeFileSync(join(own, "yagura.yaml"), `api: { listen: "127.0.0.1:${port}" }\n${config}`);
  const began = performance.now();
  const child = spawn(process.execPath, [...flags, ...nodeOptions, main, "daemon", "--home", own], {
    stdio: ["ignore", "inherit", "inherit"],
    env: serviceEnvironment,
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await untilAnswer(port, child);
  const firstAnswerMs = performance.now() - began;
  return {
    port,
    home: own,
    pid: child.pid,
    firstAnswerMs,
    memory: () => memoryOf(child.pid),
    async stop() {
      child.kill("SIGTERM");
      await ended;
      if (home === undefined) rmSync(own, { recursive: true, force: true });
    },
  };
}

/** Resident and private memory in MiB. */
function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const mebibytes = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)[1]) / 1024;
  return { resident: mebibytes("VmRSS"), anonymous: mebibytes("RssAnon") };
}

async function untilAnswer(port, child) {
  for (let tries = 0; tries < 2000; tries += 1) {
    if (child.exitCode !== null) throw new Error("the agent did not start");
    if (await answers(port)) return;
    await pause(5);
  }
  throw new Error("the agent does not answer");
}

function answers(port) {
  return new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port, rejectUnauthorized: false, agent: false }, (answer) => {
      answer.resume();
      answer.once("end", () => resolve(true));
    });
    asked.once("error", () => resolve(false));
    asked.end();
  });
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
