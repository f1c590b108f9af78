// Every writer that speaks to a peer, against one that misbehaves: later again, at once when told, and well afterwards.
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { type Output, Refused } from "../../src/outputs/output.ts";
import { outputs } from "../../src/outputs/writers/index.ts";
import { type Answers, badManners, badPeer, httpAnswer } from "../support/peers/bad-peer.ts";
import { deliveryOf, metric, rejectionOf, soon, writerOfTest } from "../support/writing/writing.ts";

interface Peer {
  readonly answers: Answers;
  readonly config: (port: number) => object;
}

const page = "<html>sign in here</html>";
const http = (status: number, text: string): Answers => ({
  well: httpAnswer(status, text),
  fails: httpAnswer(500, page),
  lies: httpAnswer(200, page),
});

/** NSQ's frames, of type 0 or 1, one for each of what a producer sends. */
const frames =
  (type: number, text: string) =>
  (socket: Socket): void => {
    socket.on("data", () => {
      const frame = Buffer.alloc(8 + text.length);
      frame.writeInt32BE(4 + text.length, 0);
      frame.writeInt32BE(type, 4);
      frame.write(text, 8);
      socket.write(frame);
    });
  };

const swallow = (socket: Socket): void => void socket.resume().once("end", () => socket.end());

const peers: Readonly<Record<string, Peer>> = {
  influx: { answers: http(204, ""), config: (port) => ({ url: `http://127.0.0.1:${port}`, database: "d" }) },
  remote_write: { answers: http(204, ""), config: (port) => ({ url: `http://127.0.0.1:${port}/write` }) },
  otlp: {
    answers: { ...http(200, page), well: httpAnswer(200, "{}") },
    config: (port) => ({ url: `http://127.0.0.1:${port}` }),
  },
  nsq: {
    answers: { ...http(200, page), well: httpAnswer(200, "OK") },
    config: (port) => ({ servers: `127.0.0.1:${port}`, ns: "a" }),
  },
  "nsq over TCP": {
    answers: { well: frames(0, "OK"), fails: frames(1, "E_PUB_FAILED no"), lies: frames(0, "MAYBE") },
    config: (port) => ({ servers: `tcp://127.0.0.1:${port}`, ns: "a" }),
  },
  graphite: {
    // It has no words for an error: to take nothing and to take half are the ways to fail and to lie.
    answers: {
      well: swallow,
      fails: (socket) => socket.resetAndDestroy(),
      lies: (socket) => void socket.resume().end(),
    },
    config: (port) => ({ server: `127.0.0.1:${port}` }),
  },
};

const outputOf = (name: string): Output => {
  const found = outputs.find((output) => output.name === name.split(" ")[0]);
  if (found === undefined) throw new Error(`no output ${name}`);
  return found;
};

describe.each(Object.entries(peers))("%s", (name, { answers, config }) => {
  it.each(badManners)("when the peer %s", async (manner) => {
    const peer = await badPeer(answers);
    const writer = await writerOfTest(outputOf(name), config(peer.port));
    const send = (signal: AbortSignal) => writer.write(deliveryOf([metric(), metric()]), signal);
    expect(await send(soon())).toBeUndefined();
    await peer.behave(manner);
    const beganMs = performance.now();
    const error = await rejectionOf(send(AbortSignal.timeout(manner === "hangs" ? 100 : 25_000)));
    expect(error).not.toBeInstanceOf(Refused);
    expect(error.message).toMatch(/127\.0\.0\.1/);
    expect(performance.now() - beganMs).toBeLessThan(10_000);
    await peer.behave("well");
    expect(await send(soon())).toBeUndefined();
  });

  it("when it is closed while a write is under way, and twice", async () => {
    const peer = await badPeer(answers);
    await peer.behave("hangs");
    const writer = await writerOfTest(outputOf(name), config(peer.port));
    const writing = rejectionOf(writer.write(deliveryOf([metric()]), AbortSignal.timeout(25_000)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const beganMs = performance.now();
    await writer.close();
    await writer.close();
    await writing;
    expect(performance.now() - beganMs).toBeLessThan(10_000);
  });
});

it("every output has a name, a sentence and a description of each key", () => {
  for (const { name, summary, config } of outputs) {
    expect(name).toMatch(/^[a-z_]+$/);
    expect(summary).toMatch(/^[A-Z].*\.$/);
    for (const [key, schema] of Object.entries(config.shape as Record<string, { description?: string }>))
      expect(schema.description ?? "", `${name}.${key}`).toMatch(/\.$/);
  }
});
