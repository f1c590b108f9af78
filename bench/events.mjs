// An event on its way to 100 websocket clients: from the moment it is handed in until the last one has it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket, WebSocketServer } from "ws";
import { pause, startAgent } from "./agent-process.mjs";
import { report } from "./report.mjs";

const clientCount = 100;
const rounds = 600;
const settleMs = 20_000;

/** Milliseconds until each client of each round had the event. */
async function deliveries(clients, publish) {
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    const heard = clients.map(
      (client) => new Promise((resolve) => client.once("message", () => resolve(performance.now() - began))),
    );
    await publish(round);
    times.push(...(await Promise.all(heard)));
    await pause(20);
  }
  return times.sort((one, other) => one - other);
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

async function connected(url) {
  const clients = Array.from(
    { length: clientCount },
    () => new WebSocket(url, { rejectUnauthorized: false }),
  );
  await Promise.all(clients.map((client) => new Promise((resolve) => client.once("open", resolve))));
  return clients;
}

/** A result of a passive check, over the unix socket: each one changes its state. */
function submit(socketPath, round) {
  const body = JSON.stringify({
    check: "backup",
    state: round % 2 === 0 ? "ok" : "critical",
    output: "said",
  });
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method: "POST", path: "/checks/results" }, (answer) => {
      answer.resume();
      answer.once("end", resolve);
    });
    asked.once("error", reject);
    asked.end(body);
  });
}

async function ours() {
  const home = mkdtempSync(join(tmpdir(), "yagura-bench-"));
  mkdirSync(join(home, "objects.d"));
  writeFileSync(join(home, "objects.d", "backup.yml"), "check:\n  passive: true\n");
  const agent = await startAgent({ home });
  // Its first round of measuring is over by then.
  await pause(settleMs);
  const clients = await connected(`wss://127.0.0.1:${agent.port}/events/socket?type=check&match=backup`);
  try {
    return await deliveries(clients, (round) => submit(join(home, "agent.sock"), round));
  } finally {
    for (const client of clients) client.terminate();
    await agent.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** The library alone: the same bytes to as many clients, without TLS, from this very process. */
async function bare() {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  await new Promise((resolve) => server.once("listening", resolve));
  const clients = await connected(`ws://127.0.0.1:${server.address().port}/`);
  const text = JSON.stringify({ seq: 1, type: "check", check: "backup", output: "x".repeat(300) });
  try {
    return await deliveries(clients, () => {
      for (const client of server.clients) client.send(text);
    });
  } finally {
    for (const client of clients) client.terminate();
    server.close();
  }
}

export async function events() {
  console.log(`an event to ${clientCount} websocket clients, ${rounds} times, over TLS`);
  const times = await ours();
  const limit = await bare();
  const p99 = at(times, 0.99);
  report("p99 until a client has it", `${p99.toFixed(2)} ms`, { target: "<= 10 ms", met: p99 <= 10 });
  report("  half of them", `${at(times, 0.5).toFixed(2)} ms, the slowest ${at(times, 1).toFixed(2)} ms`);
  report("  the library alone, without TLS and the way in", `p99 ${at(limit, 0.99).toFixed(2)} ms`);
}
