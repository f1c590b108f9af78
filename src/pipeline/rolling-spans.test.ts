// For how long it is known that a span was given.
import { expect, it } from "vitest";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { sourceOf } from "./rolled-span.ts";
import { RollingSpans } from "./rolling-spans.ts";

const hourMs = 3_600_000;

it("remembers what was given for an hour at least, and not for ever", async () => {
  const clock = fakeClock();
  await clock.advance(5 * hourMs);
  const spans = new RollingSpans(10_000, clock);
  const source = sourceOf({ origin: "push", host: "", timestampMs: 0, metrics: [] });
  const timestampMs = clock.now();
  const take = (name: string) => spans.take({ name, tags: {}, value: 1, timestampMs }, source);
  const give = () => spans.giveUntil(clock.now()).length;
  expect([take("a"), take("b")]).toEqual([undefined, undefined]);
  await clock.advance(20_000);
  expect(give()).toBe(2);
  await clock.advance(hourMs);
  give();
  // What is asked for is remembered anew.
  expect(take("a")).toBe("roll_up: spans that were given already");
  give();
  await clock.advance(hourMs);
  give();
  expect(take("a")).toBe("roll_up: spans that were given already");
  expect(take("b")).toBeUndefined();
});
