// Load and limits: wrk for requests, the C program for starts. Each gives a rate per second.
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), "yagura-load-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

/** `connections` kept-alive connections for `seconds`; a body makes it a POST. Answers that are not 200 are an error. */
export async function requestRate({ port, path, body, connections = 8, seconds = 5 }) {
  const script = join(scratch, "request.lua");
  const post =
    body === undefined ? "" : `wrk.method = "POST"\nwrk.body = ${JSON.stringify(JSON.stringify(body))}\n`;
  writeFileSync(script, post);
  const args = [
    "-t1",
    `-c${connections}`,
    `-d${seconds}s`,
    "--latency",
    "-s",
    script,
    `https://127.0.0.1:${port}${path}`,
  ];
  const { stdout } = await run("wrk", args);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`wrk: ${stdout}`);
  const unit = { us: 0.001, ms: 1, s: 1000 };
  const [, p50, p50Unit] = /50%\s+([\d.]+)(us|ms|s)/.exec(stdout);
  const [, p99, p99Unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout);
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]),
    p50Ms: Number(p50) * unit[p50Unit],
    p99Ms: Number(p99) * unit[p99Unit],
  };
}

let launcher;

/** What the agent gives its programs: another language costs a program tables to load. */
const plainEnvironment = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LANG: "C",
  HOME: "/",
  USER: "bench",
};

/** Starts an executable `count` times, `atOnce` at a time. */
export async function startRate(argv, { count, atOnce = 8 }) {
  launcher ??= compile();
  const { stdout } = await run(launcher, [String(count), String(atOnce), ...argv], { env: plainEnvironment });
  return Number(stdout);
}

function compile() {
  const program = join(scratch, "posix-spawn-rate");
  const source = fileURLToPath(new URL("posix-spawn-rate.c", import.meta.url));
  execFileSync("gcc", ["-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source], { stdio: "inherit" });
  return program;
}

export const median = (values) =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
