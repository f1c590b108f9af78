// What one kind of operation leaves behind: heap after collection, and descriptors, before and after so many of it.
import { pause } from "./inspected-agent.mjs";

/** Bytes of heap that each repetition may leave, and descriptors that all of them may. */
export const limits = { bytes: 50, descriptors: 0 };

const atOnce = 8;
/**
 * `{ times, bytes, firstBytes, descriptors }`: the last round's, and the first one's bytes. A table that fills up takes less
 * each time, what leaks takes the same: a row is done when a round is within the limit.
 */
export async function measureRow(agent, row, options) {
  const { repeat, warmUp = repeat, settleMs = 1500, mostRounds = 3, limitBytes = limits.bytes } = options;
  const times = Math.max(1, Math.round(repeat * (row.share ?? 1)));
  await perform(agent, row, Math.max(1, Math.round(warmUp * (row.share ?? 1))));
  await settled(row, settleMs);
  let before = await state(agent, row);
  const found = { times, bytes: 0, firstBytes: undefined, descriptors: 0 };
  for (let round = 0; round < mostRounds; round += 1) {
    await perform(agent, row, times);
    await settled(row, settleMs);
    const after = await state(agent, row);
    const done = row.counted === undefined ? times : Math.max(1, after.count - before.count);
    found.bytes = (after.heap - before.heap) / done;
    found.times = done;
    found.firstBytes ??= found.bytes;
    found.descriptors = after.descriptors - before.descriptors;
    before = after;
    if (!isBad(found, limitBytes)) break;
  }
  return found;
}

export const isBad = ({ bytes, descriptors }, limitBytes = limits.bytes) =>
  bytes > limitBytes || descriptors > limits.descriptors;

async function settled({ settleMs: own }, settleMs) {
  await pause(own ?? settleMs);
}

async function state(agent, row) {
  const heap = await agent.heapBytes();
  return { heap, descriptors: agent.descriptors(), count: await row.counted?.(agent) };
}

/** A row that goes on by itself is waited for; others are done, some at once. */
async function perform(agent, row, times) {
  if (row.counted !== undefined) {
    const until = (await row.counted(agent)) + times;
    await row.begin?.(agent, times);
    await counted(agent, row, until);
    return;
  }
  let next = 0;
  const work = async () => {
    while (next < times) {
      next += 1;
      await row.once(agent, next);
    }
  };
  await Promise.all(Array.from({ length: row.atOnce ?? atOnce }, work));
}

async function counted(agent, row, until) {
  let count = -1;
  for (let idle = 0; count < until; idle += 1) {
    await pause(100);
    const now = await row.counted(agent);
    if (now > count) idle = 0;
    if (idle > 300) throw new Error(`it goes no further than ${now} of ${until}`);
    count = now;
  }
}
