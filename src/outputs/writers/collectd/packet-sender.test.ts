// To which address packets go, also when the name gets another one.
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import { soon } from "../../../../test/support/writing/writing.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { createPacketSender } from "./packet-sender.ts";

const minuteMs = 60_000;

async function peer(address: string, port = 0): Promise<Socket> {
  const socket = createSocket("udp4").bind(port, address);
  await once(socket, "listening");
  onTestFinished(() => socket[Symbol.asyncDispose]());
  return socket;
}

/** Two peers at the same port, a name that is one of them or none, and time that can be skipped. */
async function senderOfTest() {
  const one = await peer("127.0.0.1");
  const { port } = one.address();
  const two = await peer("127.0.0.2", port);
  const name = { addresses: ["127.0.0.1"] as string[] | undefined, lookedUp: 0 };
  let skippedMs = 0;
  const sender = createPacketSender(
    { host: "moving.example", port },
    {
      clock: { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + skippedMs },
      async lookUp() {
        name.lookedUp += 1;
        if (name.addresses === undefined) throw new Error("ENOTFOUND");
        return name.addresses.map((address) => ({ address, family: 4 }));
      },
    },
  );
  onTestFinished(() => sender.close());
  /** Sends, and says who got it. */
  const receiver = async () => {
    const stopping = new AbortController();
    const got = [one, two].map((socket, place) =>
      once(socket, "message", { signal: stopping.signal }).then(() => ["one", "two"][place]),
    );
    const first = Promise.race(got);
    await sender.send([Buffer.from("packet")], soon());
    const who = await first;
    stopping.abort();
    await Promise.allSettled(got);
    return who;
  };
  return {
    ...{ one, name, receiver, sender },
    skip: (ms: number) => {
      skippedMs += ms;
    },
  };
}

it("looks its peer's name up again after five minutes, and follows it", async () => {
  const { name, receiver, skip } = await senderOfTest();
  expect(await receiver()).toBe("one");
  name.addresses = ["127.0.0.2"];
  skip(4 * minuteMs);
  expect(await receiver()).toBe("one");
  expect(name.lookedUp).toBe(1);
  skip(2 * minuteMs);
  expect(await receiver()).toBe("two");
});

it("stays where it is while the name cannot be looked up, or still has the address", async () => {
  const { name, receiver, skip } = await senderOfTest();
  await receiver();
  name.addresses = undefined;
  skip(6 * minuteMs);
  expect(await receiver()).toBe("one");
  name.addresses = ["127.0.0.2", "127.0.0.1"];
  skip(6 * minuteMs);
  expect(await receiver()).toBe("one");
  expect(name.lookedUp).toBe(3);
});

it("looks the name up again after an error", async () => {
  const { one, name, receiver, sender } = await senderOfTest();
  await receiver();
  await one[Symbol.asyncDispose]();
  await expect(sender.send([Buffer.from("lost")], soon())).rejects.toMatchObject({ code: "ECONNREFUSED" });
  name.addresses = ["127.0.0.2"];
  await sender.send([Buffer.from("found")], soon());
  expect(name.lookedUp).toBe(2);
});
