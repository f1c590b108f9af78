// What holds for the collectors of all applications: what they say of themselves, and servers that are not what they should be.
import { describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { freePort } from "../../../test/support/servers/daemon.ts";
import { endless, oddServer } from "../../../test/support/servers/odd-server.ts";
import { runOf, sampleOf } from "../../../test/support/servers/reading.ts";
import { AgentError } from "../../kernel/errors.ts";
import type { Collector } from "../collector.ts";
import { allCollectors } from "../config.ts";
import { applicationCollectors } from "./index.ts";

const password = "nobody may read this";
const host = "127.0.0.1";

/** Each collector's own words for a server at a port. */
const configAt: Readonly<Record<string, (port: number) => object>> = {
  apache: (port) => ({ hostname: `${host}:${port}`, user: "me", password }),
  mongodb: (port) => ({ uri: `mongodb://${host}:${port}`, user: "me", password }),
  mysql: (port) => ({ server: host, port, socket: "", password }),
  nginx: (port) => ({ uri: `http://${host}:${port}/nginx_status` }),
  rabbitmq: (port) => ({ uri: `http://${host}:${port}/api/overview`, password }),
  redis: (port) => ({ server: host, port, password }),
};

const applications = applicationCollectors.map((collector) => [collector.name, collector] as const);

function configOf({ name }: Collector, port: number): object {
  const at = configAt[name];
  if (at === undefined) throw new Error(`say in this test how ${name} is told of a port`);
  return at(port);
}

async function failureOf(reading: Promise<unknown>): Promise<AgentError> {
  const thrown: unknown = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(thrown).toBeInstanceOf(AgentError);
  return thrown as AgentError;
}

describe.each(applications)("%s", (_name, collector) => {
  it("says what it is", () => {
    expect(collector.name).toMatch(/^[a-z]+$/);
    expect(collector.summary).toMatch(/^[A-Z].*\.$/);
    expect(collector.onDemand).toBe(true);
    for (const { help } of Object.values(collector.leaves)) expect(help).toMatch(/^[A-Z].*[^.]$/);
  });

  it("has parameters that all have a default or none at all, and are described", () => {
    const { properties = {} } = z.toJSONSchema(collector.config, { io: "input", unrepresentable: "any" });
    for (const [name, property] of Object.entries(properties)) {
      expect(property).toMatchObject({ description: expect.stringMatching(/\.$/) as string });
      if (name === "password") expect(property).toMatchObject({ secret: true });
    }
    const defaults = collector.config.parse({});
    expect(collector.config.parse(defaults)).toEqual(defaults);
    expect(collector.config.safeParse({ colour: "red" }).success).toBe(false);
  });

  it("fails where nobody listens", async () => {
    const port = await freePort();
    const failure = await failureOf(sampleOf(collector, configOf(collector, port)));
    expect(failure.code).toBe("collector.unanswered");
    expect(failure.message).toMatch(/ECONNREFUSED/);
    expect(failure.message).toContain(`127.0.0.1:${port}`);
  });

  it("ends at once when a server that says nothing is given up", async () => {
    const { port, connected, empty } = await oddServer(() => {});
    const ending = new AbortController();
    const reading = failureOf(sampleOf(collector, configOf(collector, port), ending.signal));
    await connected;
    const beganMs = performance.now();
    ending.abort();
    await reading;
    // Each has a limit of three seconds of its own, which is not what ended it.
    expect(performance.now() - beganMs).toBeLessThan(2000);
    await empty();
  });

  it("does not begin when it is given up before", async () => {
    let connections = 0;
    const { port } = await oddServer(() => {
      connections += 1;
    });
    await expect(sampleOf(collector, configOf(collector, port), AbortSignal.abort())).rejects.toThrow();
    expect(connections).toBe(0);
  });

  it("is in error at its deadline, and runs again", async () => {
    const { port } = await oddServer(() => {});
    const run = runOf(collector, configOf(collector, port), 150);
    await run.once();
    expect(run.report).toMatchObject({ state: "ERROR", log: "no reading within 150 ms" });
    const { lastMs } = run.report;
    // The reading that was given up settles after the round did: before that, none begins.
    await vi.waitFor(async () => {
      await run.once();
      expect(run.report.lastMs).toBeGreaterThan(lastMs);
    });
  });

  it.each([
    ["says garbage", Buffer.from("\u0000\u0001garbage\r\n\r\nof no kind\r\n")],
    ["says bytes", Buffer.from(Array.from({ length: 300 }, (_, at) => 255 - (at % 256)))],
    ["hangs up", Buffer.alloc(0)],
  ])("fails with a server that %s", async (_what, bytes) => {
    const { port } = await oddServer((socket) => socket.end(bytes));
    const failure = await failureOf(sampleOf(collector, configOf(collector, port)));
    expect(failure.code).toBe("collector.unanswered");
    expect(failure.message).toContain(`127.0.0.1:${port}`);
  });

  it("does not repeat what it was told when the server does", async () => {
    const { port } = await oddServer((socket) => {
      socket.on("data", (chunk: Buffer) => socket.write(Buffer.concat([Buffer.from("-ERR "), chunk])));
    });
    const failure = await failureOf(sampleOf(collector, configOf(collector, port)));
    const told = JSON.stringify([failure.message, failure.facts, String(failure.cause)]);
    expect(told).not.toContain(password);
    expect(told).not.toContain(Buffer.from(`me:${password}`).toString("base64"));
  });

  it.each([
    ["a page", "HTTP/1.1 200 OK\r\n\r\n"],
    ["a reply", "+"],
    ["headers", "HTTP/1.1 200 OK\r\nx: "],
    ["a packet", "\u00ff\u00ff\u00ff\u0000"],
    ["a length", "$900000000\r\n"],
  ])("does not take %s without an end", async (_what, start) => {
    let sentBytes = 0;
    const { port } = await oddServer((socket) => {
      socket.once("close", () => {
        sentBytes = socket.bytesWritten;
      });
      socket.once("data", () => {
        socket.write(Buffer.from(start, "latin1"));
        endless(socket, Buffer.alloc(64 * 1024, "x"));
      });
      // MySQL waits for the server's first word.
      if (collector.name === "mysql") socket.emit("data", Buffer.alloc(0));
    });
    const failure = await failureOf(sampleOf(collector, configOf(collector, port)));
    expect(failure.message).toContain(`127.0.0.1:${port}`);
    // What was taken, and what lay in the buffers between.
    expect(sentBytes).toBeLessThan(64 * 1024 * 1024);
  });
});

it("have names that no other collector has", () => {
  const names = allCollectors.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
