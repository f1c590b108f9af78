// Runs the table row by row against an agent, and says for each how long others waited and how much memory the agent took.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { routesOf } from "./worst-agent.mjs";
import { ask, pause } from "./worst-peers.mjs";
import { rowsOf } from "./worst-rows.mjs";

/** Asks beside the attack. */
function startSide({ target, pid, token }) {
  const file = fileURLToPath(new URL("worst-side.mjs", import.meta.url));
  const child = fork(file, [String(target.port), String(pid), token], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return {
    take: () =>
      new Promise((resolve) => {
        child.once("message", resolve);
        child.send("take");
      }),
    stop: () => child.disconnect(),
  };
}

/** Names that are there before the memory is looked at: what is kept for them is no attack's doing. */
async function fill(agent) {
  const metrics = Object.fromEntries(Array.from({ length: 20_000 }, (_, number) => [`n${number}`, number]));
  const timestamp = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({ metric_data: [{ hostname: "h", timestamp, metrics }] });
  for (let round = 0; round < 3; round += 1)
    await ask(agent.target, { method: "POST", path: "/metric/append" }, { body });
}

/**
 * `filter` chooses rows by `subject kind`. Calls `onRow` with each row's figures; resolves with the agent's routes, the
 * figures at rest and all rows.
 */
export async function worstBodies(
  agent,
  { size, forMs, restMs = 2000, repeats = 2, together = 1, filter = /./, onRow = () => {} },
) {
  const routes = await routesOf(agent.target);
  const isChosen = ({ subject, kind }) => filter.test(`${subject} ${kind}`);
  const rows = joined(rowsOf(agent, routes, { size, forMs }).filter(isChosen), together);
  await fill(agent);
  const side = startSide(agent);
  await pause(500);
  await side.take();
  await pause(restMs);
  const rest = await side.take();
  const found = [];
  for (const row of rows) {
    let one = await runOnce(row, side);
    // Other processes of the machine hold the agent up too: what is the attack's doing is there each time.
    for (let again = 0; again < repeats && isBad(one, rest); again += 1) {
      await pause(300);
      one = better(one, await runOnce(row, side));
    }
    found.push(one);
    onRow(one, rest);
    const exit = agent.exitCode();
    if (exit !== undefined) throw new Error(`the agent ended (${exit}) at ${row.subjects}: ${row.kind}`);
  }
  side.stop();
  return { routes, rest, rows: found };
}

export const limits = { moreMs: 100, moreMiB: 40 };

/** Beyond what is wanted. */
export function isBad({ plain, monitor, moreMiB }, rest) {
  const isLate = (one, other) => one.worstMs > other.worstMs + limits.moreMs || one.failed > 0;
  return isLate(plain, rest.plain) || isLate(monitor, rest.monitor) || moreMiB > limits.moreMiB;
}

async function runOnce({ subjects, kind, run }, side) {
  const beganMs = performance.now();
  const before = (await side.take()).nowMiB;
  const status = await run();
  const seen = await side.take();
  const tookMs = performance.now() - beganMs;
  return { subjects, kind, status, tookMs, moreMiB: seen.peakMiB - before, ...seen };
}

const better = (one, other) =>
  Math.max(other.plain.worstMs, other.monitor.worstMs) < Math.max(one.plain.worstMs, one.monitor.worstMs)
    ? other
    : one;

/** Attacks of one kind, so many of them in one row. */
function joined(rows, together) {
  if (together === 1) return rows.map(({ subject, kind, run }) => ({ subjects: [subject], kind, run }));
  const byKind = new Map();
  for (const row of rows) byKind.set(row.kind, [...(byKind.get(row.kind) ?? []), row]);
  return [...byKind].flatMap(([kind, all]) => {
    const parts = [];
    for (let from = 0; from < all.length; from += together) parts.push(all.slice(from, from + together));
    return parts.map((part) => ({
      subjects: part.map(({ subject }) => subject),
      kind,
      run: () => Promise.all(part.map(({ run }) => run())),
    }));
  });
}
