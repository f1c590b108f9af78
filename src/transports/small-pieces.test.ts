// Who sends in tiny pieces is stopped after so many, and goes on in its turn; who sends properly is never stopped.
import { Socket } from "node:net";
import { expect, it } from "vitest";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { createSmallPieces } from "./small-pieces.ts";

function watched(pieces: ReturnType<typeof createSmallPieces>) {
  const socket = new Socket();
  const came = pieces.watch(socket);
  const bring = (count: number, lengthBytes = 1) => {
    for (let number = 0; number < count; number += 1) came(lengthBytes);
  };
  return { socket, bring, isStopped: () => socket.isPaused() };
}

it("the 128th tiny piece in a row stops a connection, for five milliseconds", async () => {
  const clock = fakeClock();
  const { bring, isStopped } = watched(createSmallPieces(clock));
  bring(127);
  expect(isStopped()).toBe(false);
  bring(1);
  expect(isStopped()).toBe(true);
  await clock.advance(4);
  expect(isStopped()).toBe(true);
  await clock.advance(1);
  expect(isStopped()).toBe(false);
  bring(127);
  expect(isStopped()).toBe(false);
  bring(1);
  expect(isStopped()).toBe(true);
});

it("a larger piece begins the row anew", () => {
  const { bring, isStopped } = watched(createSmallPieces(fakeClock()));
  for (let round = 0; round < 10; round += 1) {
    bring(127, 255);
    bring(1, 256);
  }
  expect(isStopped()).toBe(false);
  bring(128, 255);
  expect(isStopped()).toBe(true);
});

it("what came with the last piece does not stop it twice", async () => {
  const clock = fakeClock();
  const { bring, isStopped } = watched(createSmallPieces(clock));
  bring(1000);
  await clock.advance(5);
  expect(isStopped()).toBe(false);
  await clock.advance(100);
  expect(isStopped()).toBe(false);
});

it("of several one goes on at a time, in the order in which they were stopped", async () => {
  const clock = fakeClock();
  const pieces = createSmallPieces(clock);
  const all = [watched(pieces), watched(pieces), watched(pieces)];
  for (const one of all) one.bring(128);
  const stopped = () => all.map((one) => one.isStopped());
  expect(stopped()).toEqual([true, true, true]);
  await clock.advance(5);
  expect(stopped()).toEqual([false, true, true]);
  await clock.advance(5);
  expect(stopped()).toEqual([false, false, true]);
  all[0]?.bring(128);
  await clock.advance(5);
  expect(stopped()).toEqual([true, false, false]);
  await clock.advance(5);
  expect(stopped()).toEqual([false, false, false]);
});

it("one that has gone holds up nobody", async () => {
  const clock = fakeClock();
  const pieces = createSmallPieces(clock);
  const [gone, other] = [watched(pieces), watched(pieces)];
  gone.bring(128);
  other.bring(128);
  gone.socket.destroy();
  await clock.advance(10);
  expect(other.isStopped()).toBe(false);
});
