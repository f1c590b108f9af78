// Functions about addresses, names and listeners, on real sockets.

import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { abortListeners } from "../../../test/support/abort-listeners.ts";
import { systemClock } from "../../kernel/clock.ts";
import { answerOf, hostOfTest } from "./host.fixture.ts";
import { canConnect } from "./tcp-connection.ts";

describe("ip_is_in_range", () => {
  it.each([
    ["192.168.1.7", "192.168.0.0/16", true],
    ["192.169.1.7", "192.168.0.0/16", false],
    ["10.1.2.3", "10.9.9.9/8", true],
    ["10.0.0.1", "10.0.0.1", true],
    ["10.0.0.2", "10.0.0.1", false],
    ["8.8.8.8", "0.0.0.0/0", true],
    ["fd00::1", "fd00::/8", true],
    ["2001:db8::1", "fd00::/8", false],
    ["fe80::1%eth0", "fe80::/10", true],
    ["::ffff:10.0.0.1", "10.0.0.0/8", true],
    ["10.0.0.1", "fd00::/8", false],
  ])("of %s and %s is %s", async (ip, range, expected) => {
    expect(await answerOf(`ip_is_in_range('${ip}', '${range}')`)).toBe(expected);
    expect(await answerOf(`ip_in_range('${ip}', '${range}')`)).toBe(expected);
  });

  it.each([
    ["'10.0.0', '10.0.0.0/8'", "is no address"],
    ["'', '10.0.0.0/8'", "is no address"],
    ["'10.0.0.1', 'somewhere/8'", "is no address"],
    ["'10.0.0.1', '10.0.0.0/33'", "is no network"],
    ["'fd00::1', 'fd00::/129'", "is no network"],
    ["'10.0.0.1', '10.0.0.0/x'", "is no network"],
    ["'10.0.0.1', '10.0.0.0/'", "is no network"],
    ["'10.0.0.1'", "lacks range"],
    ["10, '10.0.0.0/8'", "a str is needed"],
  ])("of %s is refused: %s", async (args, reason) => {
    await expect(answerOf(`ip_is_in_range(${args})`)).rejects.toThrow(reason);
  });
});

async function listening(
  address: string,
  onConnection: (socket: Socket) => void = () => undefined,
): Promise<number> {
  const server: Server = createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A timer that is due before any socket has done anything. */
function soon(_delayMs: number, run: () => void) {
  queueMicrotask(run);
  return { cancel: () => undefined };
}

describe("check_tcp", () => {
  it("is true where somebody listens, by address and by name", async () => {
    const port = await listening("127.0.0.1", (socket) => socket.destroy());
    expect(await answerOf(`check_tcp('127.0.0.1', ${port})`)).toBe(true);
    expect(await answerOf(`check_tcp('localhost', '${port}', timeout=5)`)).toBe(true);
  });

  it("is false where nobody listens, and for a name that nobody knows", async () => {
    const port = await listening("127.0.0.1");
    expect(await answerOf(`check_tcp('127.0.0.2', ${port}, 2)`)).toBe(false);
    expect(await answerOf("check_tcp('no-such-host.invalid', 80, 2)")).toBe(false);
  });

  it("is true where somebody listens and says nothing", async () => {
    expect(await answerOf(`check_tcp('127.0.0.1', ${await listening("127.0.0.1")})`)).toBe(true);
  });

  it("is false when the timeout passes first, also where somebody listens", async () => {
    const port = await listening("127.0.0.1");
    const clock = { now: () => 0, after: soon };
    expect(await answerOf(`check_tcp('127.0.0.1', ${port}, 0.3)`, hostOfTest({ clock }))).toBe(false);
  });

  it("takes no longer than a minute, whatever the timeout", async () => {
    const delays: number[] = [];
    const clock = {
      now: () => 0,
      after(delayMs: number, run: () => void) {
        delays.push(delayMs);
        setImmediate(run);
        return { cancel: () => undefined };
      },
    };
    await answerOf("check_tcp('192.0.2.1', 9, 100000)", hostOfTest({ clock }));
    expect(delays).toEqual([60_000]);
  });

  it("leaves nobody listening for the end of the evaluation", async () => {
    const { signal } = new AbortController();
    const target = { name: "127.0.0.1", port: await listening("127.0.0.1"), timeoutMs: 10_000 };
    expect(await canConnect(target, { clock: systemClock, signal })).toBe(true);
    expect(await canConnect({ ...target, name: "127.0.0.2" }, { clock: systemClock, signal })).toBe(false);
    expect(abortListeners(signal)).toBe(0);
  });

  it("ends when the evaluation is given up", async () => {
    const giveUp = new AbortController();
    const answer = answerOf("check_tcp('192.0.2.1', 9, 60)", hostOfTest({ signal: giveUp.signal }));
    giveUp.abort();
    await expect(answer).rejects.toThrow();
  });

  it.each([
    ["'', 80", "the host has no name"],
    ["'a', 0", "the port is a number from 1 to 65535"],
    ["'a', 70000", "the port is a number"],
    ["'a', 80.5", "the port is a whole number"],
    ["'a', 'http'", "the port is a number"],
    ["'a', 80, -1", "the timeout is a number"],
    ["'a'", "lacks port"],
  ])("of %s is refused: %s", async (args, reason) => {
    await expect(answerOf(`check_tcp(${args})`)).rejects.toThrow(reason);
  });
});

describe("names", () => {
  it.each([
    ["host_to_ip('localhost')", "127.0.0.1"],
    ["host_to_ip('10.1.2.3')", "10.1.2.3"],
    ["host_to_ip('no-such-host.invalid')", ""],
    ["host_to_ip('')", ""],
    ["ip_to_host('127.0.0.1')", "localhost"],
    ["ip_to_host('not an address')", ""],
  ])("%s is %j", async (text, expected) => expect(await answerOf(text)).toBe(expected));

  it("of an address that nobody knows is empty, without a dot otherwise", async () => {
    expect(await answerOf("ip_to_host('192.0.2.77')")).toBe("");
  });
});
