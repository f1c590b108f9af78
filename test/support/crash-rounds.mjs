// Kills an agent at random moments under load, again and again, and asks it afterwards for everything it acknowledged.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";

const senders = 4;
const cursor = "receiver";

/**
 * `start` gives the arguments of `node` for an agent with that home. Resolves with what was found: numbers of metrics that
 * were acknowledged, that came back, that came back more than once, that were lost although acknowledged, and that
 * came again although their receipt was confirmed.
 */
export async function crashRounds({ rounds, home, start, environment = process.env }) {
  const book = { next: 1, acknowledged: new Set(), received: new Map(), settled: new Set(), again: [] };
  for (let round = 0; round < rounds; round += 1) {
    const agent = await startAgent({ home, start, environment });
    const until = Date.now() + 30 + Math.random() * 470;
    const work = [
      ...Array.from({ length: senders }, () => send(agent, book, until)),
      receive(agent, book, until),
    ];
    await pause(Math.max(0, until - Date.now()));
    agent.child.kill("SIGKILL");
    await agent.gone;
    await Promise.all(work);
  }
  const agent = await startAgent({ home, start, environment });
  await receive(agent, book, Date.now() + 60_000, true);
  agent.child.kill("SIGTERM");
  await agent.gone;
  return {
    acknowledged: book.acknowledged.size,
    received: book.received.size,
    doubled: [...book.received.values()].filter((times) => times > 1).length,
    lost: [...book.acknowledged].filter((id) => !book.received.has(id)),
    again: book.again,
  };
}

export async function startAgent({ home, start, environment }) {
  const child = spawn(process.execPath, start(home), {
    stdio: ["ignore", "ignore", "inherit"],
    env: environment,
  });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const socketPath = join(home, "agent.sock");
  for (let tries = 0; tries < 1000; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the agent ended with ${child.exitCode}`);
    if (existsSync(socketPath) && (await ask(socketPath, "GET", "/").catch(() => undefined)) === "OK")
      return { child, gone, socketPath };
    await pause(10);
  }
  throw new Error("the agent does not answer");
}

/** Hands in batches one after the other; those that were answered with ok are acknowledged. */
export async function send({ socketPath }, book, until) {
  while (Date.now() < until) {
    const ids = Array.from({ length: 1 + Math.floor(Math.random() * 20) }, () => book.next++);
    const metrics = Object.fromEntries(ids.map((id) => [`id${id % 100}`, id]));
    const body = { metric_data: [{ hostname: "crash", timestamp: 1_700_000_000, metrics }] };
    try {
      const answer = JSON.parse(await ask(socketPath, "POST", "/metric/append", body));
      if (answer.status === "ok") for (const id of ids) book.acknowledged.add(id);
    } catch {
      return;
    }
  }
}

/** Takes metrics, acknowledging each answer with the next question. `all`: until there are none. */
export async function receive({ socketPath }, book, until, all = false) {
  let last;
  while (Date.now() < until) {
    let answer;
    try {
      answer = JSON.parse(
        await ask(socketPath, "POST", "/metric", { cursor, ...(last && { ack: last.next }) }),
      );
    } catch (thrown) {
      if (all) throw thrown;
      return;
    }
    // An answer to a question that had a receipt in it says that the receipt counts.
    for (const id of last?.ids ?? []) book.settled.add(id);
    const ids = (answer.metric_data ?? []).flatMap(({ metrics }) => Object.values(metrics));
    for (const id of ids) {
      if (book.settled.has(id)) book.again.push(id);
      book.received.set(id, (book.received.get(id) ?? 0) + 1);
    }
    if (all && answer.metric_data === null) return;
    last = { next: answer.next, ids };
    if (!all) await pause(5);
  }
}

export function ask(socketPath, method, path, body, text) {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path, agent: false, timeout: 10_000 }, (answer) => {
      let said = "";
      answer.on("data", (chunk) => {
        said += chunk;
      });
      answer.on("error", reject);
      answer.on("end", () => (answer.complete ? resolve(said) : reject(new Error("half an answer"))));
    });
    asked.on("error", reject);
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.end(body === undefined ? text : JSON.stringify(body));
  });
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
