// The small values of the kernel: durations, sizes, queue, back-off, events, log lines.
import { mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { Backoff } from "./backoff.ts";
import { BoundedMap } from "./bounded-map.ts";
import { BoundedQueue } from "./bounded-queue.ts";
import { formatByteSize, parseByteSize } from "./byte-size.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import { AgentError } from "./errors.ts";
import { EventBus } from "./event-bus.ts";
import { createLog } from "./log.ts";
import { openLogSink } from "./log-sink.ts";
import { createTelemetry } from "./telemetry.ts";

describe("durations and sizes", () => {
  it.each([
    ["250ms", 250],
    ["10s", 10_000],
    ["1m30s", 90_000],
    ["1.5h", 5_400_000],
    ["7d", 604_800_000],
    ["1y", 31_536_000_000],
    ["0s", 0],
  ])("%s", (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(["", "10", "10 s", "s", "-1s", "1w", "1e3s", "10S", `${"9".repeat(30)}d`])(
    "%j is no duration",
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it.each(["", "10", "1MB", "1 MiB", "-1B"])("%j is no size", (text) =>
    expect(parseByteSize(text)).toBeUndefined(),
  );

  it("are read back as they were written", () => {
    fc.assert(
      fc.property(fc.nat(), (value) => {
        expect(parseDuration(formatDuration(value))).toBe(value);
        expect(parseByteSize(formatByteSize(value))).toBe(value);
      }),
    );
    expect([formatDuration(90_000), formatDuration(172_800_000), formatByteSize(1 << 20)]).toEqual([
      "90s",
      "2d",
      "1MiB",
    ]);
  });
});

it("the queue behaves as a list with a limit does", () => {
  const action = fc.oneof(fc.nat(99), fc.constant("take" as const), fc.constant("remove" as const));
  fc.assert(
    fc.property(fc.array(action, { maxLength: 400 }), (actions) => {
      const queue = new BoundedQueue<number>(7);
      const list: number[] = [];
      for (const what of actions) {
        if (what === "take") expect(queue.take()).toBe(list.shift());
        else if (what === "remove")
          expect(queue.remove(list[1] ?? -1)).toBe(list.splice(1, 1).length === 1 || false);
        else if (list.includes(what)) continue;
        else expect(queue.offer(what)).toBe(list.length < 7 && list.push(what) > 0);
        expect(queue.length).toBe(list.length);
      }
    }),
  );
});

it("the map forgets what was set longest ago", () => {
  const map = new BoundedMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  map.set("a", 3);
  map.set("c", 4);
  expect([map.get("a"), map.get("b"), map.get("c"), map.size]).toEqual([3, undefined, 4, 2]);
});

it("back-off doubles up to its limit, with jitter, and starts over", () => {
  const backoff = new Backoff({ firstMs: 100, limitMs: 1000, jitter: 0.5, random: () => 0.5 });
  expect([1, 2, 3, 4, 5, 6].map(() => backoff.next())).toEqual([75, 150, 300, 600, 750, 750]);
  backoff.reset();
  expect(backoff.next()).toBe(75);
});

it("events reach every listener, also beside one that throws, until it is taken away", () => {
  const context = testContext();
  const bus = new EventBus<{ moved: number }>(context.log);
  const seen: number[] = [];
  bus.on("moved", () => {
    throw new Error("clumsy");
  });
  const off = bus.on("moved", (value) => seen.push(value));
  bus.emit("moved", 1);
  off();
  bus.emit("moved", 2);
  expect(seen).toEqual([1]);
  expect(context.lines.join("")).toContain("clumsy");
});

describe("the log", () => {
  const line = (format: "text" | "json", level: "debug" | "warning" = "debug") => {
    const lines: string[] = [];
    const sink = { write: (text: string) => void lines.push(text), reopen() {}, close() {}, lost: 0 };
    return { log: createLog({ level, format }, { sink, clock: fakeClock() }, "api"), lines };
  };

  it("writes lines for people and for programs", () => {
    const text = line("text");
    text.log.warning("certificate\nforged [error]", { path: "/a b", left: 3, evil: "\u001b[31m\u2028" });
    expect(text.lines[0]).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[warning\] api: certificate\\u000aforged \[error\] path=\/a b,left=3,evil=\\u001b\[31m\\u2028\n$/,
    );
    const json = line("json");
    json.log.child("x").info("hello", { n: 1 });
    expect(JSON.parse(json.lines[0] ?? "")).toEqual({
      time: "2023-11-14T22:13:20.000Z",
      level: "info",
      name: "x",
      message: "hello",
      n: 1,
    });
  });

  it("leaves out what is below its level", () => {
    const { log, lines } = line("text", "warning");
    log.debug("a");
    log.info("b");
    log.error("c");
    expect(lines).toHaveLength(1);
    expect([log.writes("info"), log.writes("warning")]).toEqual([false, true]);
  });

  it("follows its file by name when it is told to, and keeps the old one when it cannot", () => {
    const directory = directoryOfTest();
    const file = join(directory, "agent.log");
    const sink = openLogSink(file);
    sink.write("one\n");
    renameSync(file, `${file}.1`);
    sink.write("two\n");
    sink.reopen();
    sink.write("three\n");
    expect([readFileSync(`${file}.1`, "utf8"), readFileSync(file, "utf8")]).toEqual([
      "one\ntwo\n",
      "three\n",
    ]);
    renameSync(file, `${file}.2`);
    mkdirSync(file);
    expect(() => sink.reopen()).toThrow(AgentError);
    sink.write("four\n");
    expect(readFileSync(`${file}.2`, "utf8")).toBe("three\nfour\n");
    sink.close();
  });
});

it("telemetry has one counter for a name and its labels", () => {
  const telemetry = createTelemetry();
  telemetry.counter("a_total", "A.", { kind: "x" }).add(2);
  telemetry.counter("a_total", "A.", { kind: "x" }).add(3);
  telemetry.gauge("b", "B.", () => 7);
  expect(telemetry.samples().map(({ name, value }) => [name, value])).toEqual([
    ["a_total", 5],
    ["b", 7],
  ]);
});

it("an error fills its facts into its message, and keeps its cause", () => {
  const cause = new Error("below");
  const error = new AgentError("listen.failed", { address: "[::]:1", reason: "why", cause });
  expect(error.message).toBe("cannot listen on [::]:1: why");
  expect([error.cause, error.exit, error.http, error.facts]).toEqual([
    cause,
    1,
    500,
    { address: "[::]:1", reason: "why" },
  ]);
});
