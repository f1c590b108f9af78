import { expect, it } from "vitest";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { Admission, type Asker } from "./admission.ts";

const one: Asker = { name: "one", isGuest: false };
const other: Asker = { name: "other", isGuest: false };
const guest: Asker = { name: "guest", isGuest: true };

function opened(options = {}) {
  const clock = fakeClock();
  const admission = new Admission({ atOnce: 8, queueLimit: 40, waitLimitMs: 1000, ...options }, clock);
  const order: string[] = [];
  const refused: string[] = [];
  const enter = (asker: Asker | undefined, what: string) =>
    void admission.enter(asker).then(
      () => order.push(what),
      () => refused.push(what),
    );
  return {
    admission,
    clock,
    enter,
    order,
    refused,
    settled: () => new Promise((done) => setImmediate(done)),
  };
}

it("nobody takes all places but the agent itself", async () => {
  const { admission, enter, order, settled } = opened();
  for (let count = 0; count < 10; count += 1) enter(one, "one");
  for (let count = 0; count < 3; count += 1) enter(guest, "guest");
  enter(undefined, "own");
  enter(undefined, "own");
  await settled();
  expect(order.sort()).toEqual(["guest", "one", "one", "one", "one", "one", "one", "own"]);
  expect([admission.inside, admission.waiting]).toEqual([8, 7]);
  const alone = opened();
  for (let count = 0; count < 10; count += 1) alone.enter(undefined, "own");
  await alone.settled();
  expect(alone.order).toHaveLength(8);
});

it("those who wait come in turn, each in its own order", async () => {
  const { admission, enter, order, settled } = opened({ atOnce: 1 });
  enter(one, "first");
  for (const what of ["a1", "a2", "a3"]) enter(one, what);
  for (const what of ["b1", "b2"]) enter(other, what);
  enter(guest, "c1");
  await settled();
  const askers = [one, one, other, guest, one, other, one];
  for (const asker of askers) {
    admission.leave(asker);
    await settled();
  }
  expect(order).toEqual(["first", "a1", "b1", "c1", "a2", "b2", "a3"]);
  expect([admission.inside, admission.waiting]).toEqual([0, 0]);
});

it("nobody takes the whole queue, and who waits too long gives his place in it back", async () => {
  const { admission, clock, enter, refused, settled } = opened({ atOnce: 1 });
  enter(one, "one");
  for (let count = 0; count < 30; count += 1) enter(one, "one");
  for (let count = 0; count < 5; count += 1) enter(other, "other");
  await settled();
  expect([refused.length, admission.waiting]).toEqual([10, 25]);
  expect(refused).not.toContain("other");
  await clock.advance(1000);
  await settled();
  expect([refused.length, admission.waiting, admission.inside]).toEqual([35, 0, 1]);
  admission.leave(one);
  expect(admission.inside).toBe(0);
});

it.each([1, 2, 3])("with %d at once everybody has one at least", async (atOnce) => {
  const { enter, order, settled } = opened({ atOnce });
  enter(guest, "guest");
  await settled();
  expect(order).toEqual(["guest"]);
});

it("a small queue is anybody's", async () => {
  const { enter, refused, settled } = opened({ atOnce: 1, queueLimit: 3 });
  for (let count = 0; count < 5; count += 1) enter(one, "one");
  await settled();
  expect(refused).toHaveLength(1);
});
