// Collector `timeoffset`, asking a server that runs here.
import { createSocket, type Socket } from "node:dgram";
import { describe, expect, it, onTestFinished } from "vitest";
import { abortListeners } from "../../../test/support/abort-listeners.ts";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { systemClock } from "../../kernel/clock.ts";
import { createHostFiles } from "../host-files.ts";
import { serverAddressOf } from "./measuring/time-server.ts";
import { type OffsetSample, timeOffset } from "./time-offset.ts";

const epochSeconds = 2_208_988_800;

/** A server whose clock is ahead; it answers by `spoil` what it would have answered. */
async function timeServer(
  aheadMs: number,
  spoil: (answer: Buffer) => Buffer | undefined = (answer) => answer,
) {
  const socket: Socket = createSocket("udp4");
  let asked = 0;
  socket.on("message", (request, { port, address }) => {
    asked += 1;
    const nowMs = Date.now() + aheadMs;
    const answer = Buffer.alloc(48);
    answer[0] = 0x24;
    answer[1] = 1;
    request.copy(answer, 24, 40, 48);
    for (const place of [32, 40]) {
      answer.writeUInt32BE(Math.floor(nowMs / 1000) + epochSeconds, place);
      answer.writeUInt32BE(Math.floor(((nowMs % 1000) / 1000) * 2 ** 32), place + 4);
    }
    const spoilt = spoil(answer);
    if (spoilt !== undefined) socket.send(spoilt, port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => void socket.close());
  return { server: `127.0.0.1:${socket.address().port}`, asked: () => asked };
}

const read = (server: string, clock = systemClock, signal = new AbortController().signal) =>
  timeOffset.read({ server }, { host: createHostFiles(), clock, signal });

describe("timeoffset", () => {
  it.each([90_000, 0, -3_600_000])("finds a server that is %d ms ahead", async (aheadMs) => {
    const { server } = await timeServer(aheadMs);
    const sample = (await read(server)) as OffsetSample;
    expect(sample.offsetSeconds).toBeCloseTo(aheadMs / 1000, 0);
    expect(timeOffset.measure(sample, undefined)?.["offset"]).toBeCloseTo(sample.offsetSeconds, 5);
  });

  it("asks three times and then says why it knows nothing", async () => {
    const { server, asked } = await timeServer(0, (answer) => answer.fill(0, 24, 32));
    await expect(read(server)).rejects.toThrow(`${server} does not answer: the server has no time`);
    expect(asked()).toBe(3);
  });

  it("waits six seconds for each answer", async () => {
    const { server, asked } = await timeServer(0, () => undefined);
    const clock = fakeClock();
    const reading = expect(read(server, clock)).rejects.toThrow(/no answer within 6000 ms/);
    for (const count of [1, 2, 3]) {
      await expect.poll(asked).toBe(count);
      await clock.advance(6000);
    }
    await reading;
  });

  it("leaves nobody listening for the end of the reading", async () => {
    const { server } = await timeServer(0);
    const { signal } = new AbortController();
    await read(server, systemClock, signal);
    expect(abortListeners(signal)).toBe(0);
  });

  it("says that nobody listens", async () => {
    await expect(read("127.0.0.1:1")).rejects.toThrow(/ECONNREFUSED/);
  });

  it.each(["", "a b:c:99999999", "host:0", "host:70000"])(
    "asks nobody when the server is %j",
    async (server) => {
      expect(await read(server)).toHaveProperty("notEligible");
    },
  );
});

describe("a server's address", () => {
  it.each([
    ["ntp.example.org", { host: "ntp.example.org", port: 123 }],
    ["ntp.example.org:1123", { host: "ntp.example.org", port: 1123 }],
    ["[2001:db8::1]:1123", { host: "2001:db8::1", port: 1123 }],
    ["[2001:db8::1]", { host: "2001:db8::1", port: 123 }],
    ["2001:db8::1", { host: "2001:db8::1", port: 123 }],
    ["10.0.0.1", { host: "10.0.0.1", port: 123 }],
  ])("may be %s", (text, expected) => expect(serverAddressOf(text)).toEqual(expected));
});
