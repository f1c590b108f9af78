// The end of a program that no real program can show at will: one that outlives KILL.
import { expect, it } from "vitest";
import { abortListeners } from "../../test/support/abort-listeners.ts";
import { fakeClock } from "../../test/support/fake-clock.ts";
import type { ChildEvents, Engine, StartRequest } from "./engine.ts";
import { runProgram } from "./run-program.ts";

/** A program that hangs in the kernel: it hears no signal until the test lets it. */
function stuckProgram() {
  const heard: string[] = [];
  let events: ChildEvents | undefined;
  const start: Engine["start"] = async (_request: StartRequest, given: ChildEvents) => {
    events = given;
    return {
      pid: 1,
      signalGroup: (signal) => void heard.push(signal),
      release: () => void heard.push("release"),
    };
  };
  return {
    start,
    heard,
    die: () => events?.exited({ signal: 9 }),
    /** It ends as it wants to, and nobody of its group holds its outputs. */
    end: () => {
      events?.exited({ status: 0 });
      events?.closed();
    },
    write: (text: string) => events?.output("stdout", Buffer.from(text)),
  };
}

const limits = { deadlineMs: 1000, killAfterMs: 500, outputLimitBytes: 100 };
const request = { path: "/x", argv: ["/x"] as const, environment: {}, merged: false, ...limits };

it("is answered for on time, counted as leaked, and counted back when it is gone", async () => {
  const clock = fakeClock();
  const program = stuckProgram();
  const leaks: number[] = [];
  const ends: string[] = [];
  const signal = new AbortController().signal;
  const needs = {
    start: program.start,
    clock,
    signal,
    onLeak: (change: number) => void leaks.push(change),
    onEnd: (how: string) => void ends.push(how),
  };
  const answer = runProgram(request, needs);
  await clock.advance(10);
  program.write("half");
  await clock.advance(995);
  expect(program.heard).toEqual(["SIGTERM"]);
  await clock.advance(500);
  expect(await answer).toEqual({ exit: undefined, stdout: "half", stderr: "", cut: false });
  expect({ heard: program.heard, leaks }).toEqual({ heard: ["SIGTERM", "SIGKILL"], leaks: [] });
  await clock.advance(300);
  expect({ heard: program.heard, leaks }).toEqual({ heard: ["SIGTERM", "SIGKILL", "release"], leaks: [1] });
  program.die();
  expect(ends).toEqual(["late"]);
  expect(leaks).toEqual([1, -1]);
});

it("is killed at once when the agent stops", async () => {
  const clock = fakeClock();
  const program = stuckProgram();
  const stopping = new AbortController();
  const answer = runProgram(request, {
    start: program.start,
    clock,
    onEnd: () => {},
    signal: stopping.signal,
    onLeak: () => {},
  });
  await clock.advance(10);
  stopping.abort();
  expect((await answer).exit).toBeUndefined();
  expect(program.heard).toEqual(["SIGKILL"]);
});

function running() {
  const clock = fakeClock();
  const program = stuckProgram();
  const stopping = new AbortController();
  const ends: string[] = [];
  const answer = runProgram(request, {
    start: program.start,
    clock,
    signal: stopping.signal,
    onLeak: (change) => void ends.push(`leak ${change}`),
    onEnd: (how) => void ends.push(how),
  });
  const listeners = () => abortListeners(stopping.signal);
  return { ...program, answer, clock, ends, listeners, stop: () => stopping.abort() };
}

it("has what is left of its group killed when it ends after its deadline", async () => {
  const { answer, clock, end, ends, heard } = running();
  await clock.advance(1100);
  end();
  expect((await answer).exit).toBeUndefined();
  expect(heard).toEqual(["SIGTERM", "SIGKILL", "release"]);
  await clock.advance(60_000);
  expect(heard).toHaveLength(3);
  expect(ends).toEqual(["late"]);
});

it("hears nothing any more once it has ended by itself: its number may be another one's", async () => {
  const { answer, clock, end, ends, heard } = running();
  await clock.advance(10);
  end();
  expect((await answer).exit).toEqual({ status: 0 });
  await clock.advance(60_000);
  expect(heard).toEqual(["release"]);
  expect(ends).toEqual(["by itself"]);
});

type Running = ReturnType<typeof running>;

it.each<[string, (run: Running) => unknown]>([
  ["ended by itself", ({ end }) => end()],
  [
    "ended after its deadline",
    async ({ clock, end }) => {
      await clock.advance(1100);
      end();
    },
  ],
  ["outlived KILL", ({ clock }) => clock.advance(60_000)],
  [
    "was killed when the agent stopped",
    async ({ clock, stop }) => {
      stop();
      await clock.advance(1000);
    },
  ],
])("leaves nobody listening for the agent's stop when it %s", async (_how, finish) => {
  const run = running();
  await run.clock.advance(10);
  expect(run.listeners()).toBe(1);
  await finish(run);
  await run.answer;
  expect(run.listeners()).toBe(0);
});
