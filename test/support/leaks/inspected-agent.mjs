// An agent whose heap can be measured after collection: the built program with its inspector open, in a home of its own.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import WebSocket from "ws";

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const token = "a-token-of-those-who-look-for-leaks";

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** `config` goes beside what every one has, `files` are texts by their path below the home. */
export async function startInspectedAgent({ home, main, flags, config = {}, files = {} }) {
  const port = await freePort();
  const whole = {
    api: { listen: `127.0.0.1:${port}` },
    access: { anonymous: ["check"], callers: [{ name: "owner", token, roles: ["admin"], commands: ["*"] }] },
    inputs: { collectors: { enabled: false } },
    log: { level: "error" },
    ...config,
  };
  for (const [path, text] of Object.entries({ "yagura.yaml": JSON.stringify(whole), ...files })) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text, { mode: path.startsWith("bin/") ? 0o755 : 0o644 });
  }
  const words = [...flags, "--inspect=127.0.0.1:0", main, "daemon", "--config", join(home, "yagura.yaml")];
  const child = spawn(process.execPath, [...words, "--home", home], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env.PATH, UV_THREADPOOL_SIZE: "8" },
  });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const inspector = await inspectorOf(child);
  const ask = askerOf(port);
  for (let tries = 0; (await ask("GET", "/")).status !== 200; tries += 1) {
    if (child.exitCode !== null || tries > 1000)
      throw new Error(`the agent did not start: ${child.exitCode}`);
    await pause(50);
  }
  return {
    ...{ port, token, pid: child.pid, home, ask },
    /** Bytes that are in use after everything that can be collected was. */
    async heapBytes() {
      for (let times = 0; times < 2; times += 1) await inspector.call("HeapProfiler.collectGarbage");
      return (await inspector.call("Runtime.getHeapUsage")).usedSize;
    },
    descriptors: () => readdirSync(`/proc/${child.pid}/fd`).length,
    inspector,
    async stop() {
      ask.close();
      inspector.close();
      child.kill("SIGTERM");
      await Promise.race([gone, pause(10_000)]);
      child.kill("SIGKILL");
      await gone;
    },
  };
}

/** Asks over few kept-alive connections; with `fresh` over one of its own. */
function askerOf(port) {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const ask = (method, path, { body, headers = {}, fresh = false } = {}) =>
    new Promise((resolve) => {
      const options = { host: "127.0.0.1", port, method, path, rejectUnauthorized: false };
      const all = { authorization: `Bearer ${token}`, ...headers };
      const text = typeof body === "object" ? JSON.stringify(body) : body;
      const sent = request({ ...options, agent: fresh ? false : agent, headers: all }, (answer) => {
        let got = "";
        answer.setEncoding("latin1").on("data", (piece) => {
          got += piece;
        });
        answer.once("close", () => resolve({ status: answer.statusCode, text: got }));
      });
      sent.once("error", (fault) => resolve({ status: fault.code ?? fault.message, text: "" }));
      sent.end(text);
    });
  return Object.assign(ask, { close: () => agent.destroy() });
}

/** The address stands in what node writes about it; everything after is passed on. */
async function inspectorOf(child) {
  const url = await new Promise((resolve, reject) => {
    let said = "";
    child.once("exit", () => reject(new Error(`the agent did not start: ${said}`)));
    child.stderr.on("data", (bytes) => {
      said = `${said}${bytes}`.slice(-10_000);
      const found = /Debugger listening on (ws:\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
      if (!/Debugger|nodejs\.org|^\s*$/.test(String(bytes))) process.stderr.write(bytes);
    });
  });
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 2 ** 30 });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const waiting = new Map();
  const chunks = [];
  let number = 0;
  socket.on("message", (bytes) => {
    const { id, method, params, result, error } = JSON.parse(String(bytes));
    if (method === "HeapProfiler.addHeapSnapshotChunk") chunks.push(params.chunk);
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (error === undefined) resolve?.(result);
    else reject?.(new Error(error.message));
  });
  const call = (method, params = {}) =>
    new Promise((resolve, reject) => {
      number += 1;
      waiting.set(number, { resolve, reject });
      socket.send(JSON.stringify({ id: number, method, params }));
    });
  return {
    call,
    /** The text of a heap snapshot. */
    async snapshot() {
      chunks.length = 0;
      await call("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
      return chunks.join("");
    },
    close: () => socket.terminate(),
  };
}
