// Everything that an agent keeps, under kill -9: what was acknowledged or seen is there afterwards, in its order.
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { ask, pause, receive, send, startAgent } from "./crash-rounds.mjs";

/** Checks whose results come from outside. */
const checks = ["one", "two", "three"];

/** The configuration and the objects of such an agent. `webhook`: where events are told. */
export function crashFiles({ home, listen, webhook }) {
  return {
    "yagura.yaml": `api: { listen: "${listen}" }
log: { level: fatal }
inputs: { collectors: { enabled: false } }
checks: { machine_state: { every: off } }
handlers: { webhook: { url: "${webhook}", severities: [ok, warning, critical, unknown], events: [check] } }
`,
    ...Object.fromEntries(
      checks.map((name) => [`objects.d/${name}.yml`, "check:\n  passive: true\n  attempts: 1\n"]),
    ),
    "objects.d/flag.yml": `detector:\n  apply_if: "file_exists('${join(home, "flag")}')"\n  groups: [flag]\n`,
  };
}

/** A server that is told of events, and is away half of the time. */
export async function startReceiver() {
  const told = [];
  let isAway = false;
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      if (isAway) return void response.writeHead(503).end();
      told.push(JSON.parse(text).seq);
      response.end("ok");
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    told,
    url: `http://127.0.0.1:${server.address().port}/`,
    away: (now) => {
      isAway = now;
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/**
 * `start` gives the arguments of `node`. Resolves with how much there was of each kind, and with the faults that were
 * found: one text for each.
 */
export async function wholeCrash({ rounds, home, start, environment = process.env, receiver }) {
  const book = {
    ...{ next: 1, acknowledged: new Set(), received: new Map(), settled: new Set(), again: [] },
    ...{ pushes: [], results: new Map(), seen: new Map(), downtimes: new Map(), defined: new Map() },
    ...{ home, groupChanges: 0, faults: [], busy: new Set() },
  };
  for (let round = 0; round < rounds; round += 1) {
    const agent = await startAgent({ home, start, environment });
    receiver.away(Math.random() < 0.5);
    const until = Date.now() + 30 + Math.random() * 470;
    const work = [
      ...[send, send, receive, push, submit, submit, look, quieten, define, group].map((one) =>
        one(agent, book, until),
      ),
    ];
    await pause(Math.max(0, until - Date.now()));
    agent.child.kill("SIGKILL");
    await agent.gone;
    await Promise.all(work);
  }
  receiver.away(false);
  const agent = await startAgent({ home, start, environment });
  await receive(agent, book, Date.now() + 60_000, true);
  for (const verify of [
    journalFaults,
    pushFaults,
    resultFaults,
    eventFaults,
    quietFaults,
    definedFaults,
    groupFaults,
  ])
    book.faults.push(...(await verify(agent, book)));
  book.faults.push(...(await notificationFaults(agent, book, receiver)));
  agent.child.kill("SIGTERM");
  await agent.gone;
  return {
    counts: {
      "metrics of the journal": book.acknowledged.size,
      "pushes into the history": book.pushes.length,
      "results of checks": [...book.results.values()].reduce((sum, { count }) => sum + count, 0),
      "events that were seen": book.seen.size,
      notifications: new Set(receiver.told).size,
      downtimes: book.downtimes.size,
      "defined checks": book.defined.size,
      "changes of groups": book.groupChanges,
    },
    faults: book.faults,
  };
}

/** Asks again and again; what it throws is the end of the agent. */
async function untilKilled(until, work) {
  try {
    while (Date.now() < until) await work();
  } catch {
    // It was killed.
  }
}

const json = async (agent, method, path, body) => JSON.parse(await ask(agent.socketPath, method, path, body));

async function push(agent, book, until) {
  let left = 3;
  await untilKilled(until, async () => {
    const name = `pushed${book.next++}`;
    if (left-- <= 0) return await pause(20);
    if ((await ask(agent.socketPath, "POST", "/write", undefined, `${name} v=1`)) === "")
      book.pushes.push(name);
  });
}

async function pushFaults(agent, { pushes }) {
  const faults = [];
  for (const name of pushes) {
    const { points } = await json(agent, "GET", `/history?series=${name}.v&from=-1h`);
    if (!points.some(([, value]) => value === 1))
      faults.push(`${name} was acknowledged and is in no history`);
  }
  return faults;
}

const states = ["ok", "warning", "critical", "unknown"];

/** Results of one check come one after the other: the last acknowledged one, or one that came later, must be kept. */
async function submit(agent, book, until) {
  const mine = checks.find((name) => !book.busy.has(name));
  book.busy.add(mine);
  await untilKilled(until, async () => {
    const entry = book.results.get(mine) ?? { count: 0, good: [] };
    book.results.set(mine, entry);
    const output = `result ${book.next++}`;
    entry.good.push(output);
    const state = states[Math.floor(Math.random() * 4)];
    const answer = await json(agent, "POST", "/checks/results", { check: mine, state, output });
    if (answer.done !== true) throw new Error(JSON.stringify(answer));
    entry.good = [output];
    entry.isAcknowledged = true;
    entry.count += 1;
    await pause(Math.random() * 30);
  });
  book.busy.delete(mine);
}

async function resultFaults(agent, { results }) {
  const { checks: reports } = await json(agent, "GET", "/checks");
  return [...results].flatMap(([name, { good, isAcknowledged }]) => {
    const output = reports.find(({ id }) => id === name)?.output;
    return isAcknowledged !== true || good.includes(output)
      ? []
      : [`check ${name} has ${JSON.stringify(output)}, and ${good[0]} was acknowledged`];
  });
}

/** Reads the events as they come. */
async function look(agent, book, until) {
  let after = book.lookedTo ?? 0;
  await untilKilled(until, async () => {
    const { events, next } = await json(agent, "GET", `/events?after=${after}&limit=100`);
    for (const event of events) {
      const text = JSON.stringify(event);
      const before = book.seen.get(event.seq);
      if (before !== undefined && before !== text)
        book.faults.push(`two events have the number ${event.seq}`);
      book.seen.set(event.seq, text);
    }
    after = next;
    book.lookedTo = next;
    await pause(2);
  });
}

async function allEvents(agent) {
  const found = [];
  for (let after = 0; ; ) {
    const { events, next } = await json(agent, "GET", `/events?after=${after}&limit=1000`);
    found.push(...events);
    if (events.length === 0) return found;
    after = next;
  }
}

async function eventFaults(agent, book) {
  const events = await allEvents(agent);
  const kept = new Map(events.map((event) => [event.seq, JSON.stringify(event)]));
  const faults = [...book.seen]
    .filter(([seq, text]) => kept.get(seq) !== text)
    .map(([seq, text]) => `event ${seq} was seen as ${text} and is ${kept.get(seq)}`);
  const isOrdered = events.every(({ seq }, place) => place === 0 || seq > events[place - 1].seq);
  return isOrdered ? faults : [...faults, "events are not in the order of their numbers"];
}

/** Everybody is told of what anybody has seen, for the first time in its order. */
async function notificationFaults(agent, book, receiver) {
  for (let tries = 0; tries < 3000; tries += 1) {
    const { handlers } = await json(agent, "GET", "/handlers");
    if (handlers.every(({ waiting }) => waiting === 0)) break;
    await pause(20);
  }
  const told = new Set(receiver.told);
  const events = [...book.seen.values()].map((text) => JSON.parse(text));
  const faults = events
    .filter(({ type, held, seq }) => type === "check" && (held ?? null) === null && !told.has(seq))
    .map(({ seq }) => `event ${seq} was seen and nobody was told`);
  const firsts = [...told];
  const isOrdered = firsts.every((seq, place) => place === 0 || seq > firsts[place - 1]);
  return isOrdered ? faults : [...faults, "notifications are out of order"];
}

async function quieten(agent, book, until) {
  await untilKilled(until, async () => {
    const comment = `quiet ${book.next++}`;
    const wish = { kind: "downtime", checks: "nothing", until: Date.now() / 1000 + 3600, comment };
    const { id } = await json(agent, "POST", "/downtimes", wish);
    book.downtimes.set(id, "there");
    if (Math.random() < 0.5) {
      book.downtimes.set(id, "unknown");
      if ((await json(agent, "DELETE", `/downtimes/${id}`)).done) book.downtimes.set(id, "gone");
    }
    await pause(Math.random() * 40);
  });
}

async function quietFaults(agent, { downtimes }) {
  const { downtimes: all } = await json(agent, "GET", "/downtimes");
  const ids = new Set(all.map(({ id }) => id));
  return wrongOnes(downtimes, ids, "downtime");
}

async function define(agent, book, until) {
  await untilKilled(until, async () => {
    const name = `defined${book.next++}`;
    const path = `/monitoring/checks/${name}`;
    book.defined.set(name, "unknown");
    await json(agent, "PUT", path, { passive: true });
    book.defined.set(name, "there");
    if (Math.random() < 0.7) {
      book.defined.set(name, "unknown");
      await json(agent, "DELETE", path);
      book.defined.set(name, "gone");
    }
    await pause(Math.random() * 60);
  });
}

async function definedFaults(agent, { defined }) {
  const { checks: all } = await json(agent, "GET", "/checks");
  return wrongOnes(defined, new Set(all.map(({ id }) => id)), "check");
}

/** A detector looks for a file, which comes and goes. */
async function group(agent, book, until) {
  const path = join(book.home, "flag");
  await untilKilled(until, async () => {
    if (existsSync(path)) rmSync(path);
    else writeFileSync(path, "");
    await ask(agent.socketPath, "GET", "/agent/detectors/run");
    book.groupChanges += 1;
    await pause(Math.random() * 60);
  });
}

async function groupFaults(agent, { home }) {
  await ask(agent.socketPath, "GET", "/agent/detectors/run");
  const { groups } = await json(agent, "GET", "/agent/info");
  const isThere = existsSync(join(home, "flag"));
  return groups.includes("flag") === isThere ? [] : [`the group flag is ${isThere ? "not " : ""}there`];
}

/** `known`: whether each is `there`, `gone`, or `unknown` for want of an answer. */
function wrongOnes(known, there, what) {
  return [...known].flatMap(([name, state]) => {
    if (state === "there" && !there.has(name)) return [`${what} ${name} was acknowledged and is not there`];
    return state === "gone" && there.has(name) ? [`${what} ${name} was taken away and is there again`] : [];
  });
}

async function journalFaults(_agent, { acknowledged, received, again }) {
  const lost = [...acknowledged].filter((id) => !received.has(id));
  return [
    ...lost.map((id) => `metric ${id} was acknowledged and never handed over`),
    ...again.map((id) => `metric ${id} came again after its receipt`),
  ];
}
