// Places at the gate: by source, with some left to this host, strangers beside them, and every one given back.
import { Socket } from "node:net";
import { beforeEach, describe, expect, it } from "vitest";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { ConnectionGate, type Rank } from "./connection-gate.ts";

let clock = fakeClock();
let gate = new ConnectionGate({ limit: 100 }, clock);
let served: string[] = [];

beforeEach(() => {
  clock = fakeClock();
  gate = new ConnectionGate({ limit: 100 }, clock);
  served = [];
});

function come(rank: Rank, source: string, name = source): Socket {
  const socket = new Socket();
  gate.pass(socket, { rank, source }, () => void served.push(name));
  return socket;
}
const many = (count: number, rank: Rank, source: (place: number) => string) =>
  Array.from({ length: count }, (_, place) => come(rank, source(place)));

async function close(socket: Socket | undefined): Promise<void> {
  const closed = new Promise((resolve) => socket?.once("close", resolve));
  socket?.destroy();
  await closed;
}

describe("places", () => {
  it("of one source are a quarter; its next ones wait and come in their order", async () => {
    const open = many(25, "allowed", () => "a");
    for (const name of ["first", "second"]) come("allowed", "a", name);
    come("allowed", "b");
    expect(served).toHaveLength(26);
    expect([gate.open, gate.waiting, gate.refused]).toEqual([26, 2, 0]);
    await close(open[3]);
    await close(open[4]);
    expect(served.slice(25)).toEqual(["b", "first", "second"]);
    expect([gate.open, gate.waiting]).toEqual([26, 0]);
  });

  it("are sixteen fewer for others than for this host", () => {
    many(100, "allowed", (place) => `h${place}`);
    expect(gate.open).toBe(84);
    many(16, "own", (place) => `user${place}`);
    expect(gate.open).toBe(100);
    come("own", "late");
    expect([gate.open, gate.waiting]).toEqual([100, 17]);
  });

  it("are not kept for this host where there are few", () => {
    gate = new ConnectionGate({ limit: 63 }, clock);
    many(63, "allowed", (place) => `h${place}`);
    expect(gate.open).toBe(63);
    gate = new ConnectionGate({ limit: 64 }, clock);
    many(64, "allowed", (place) => `h${place}`);
    expect(gate.open).toBe(48);
  });

  it("are four for each source at least", () => {
    gate = new ConnectionGate({ limit: 8 }, clock);
    many(5, "allowed", () => "a");
    expect([gate.open, gate.waiting]).toEqual([4, 1]);
  });

  it("that become free go to whoever waits longest of those who may have them", async () => {
    const [open] = many(25, "allowed", () => "a");
    const others = many(59, "allowed", (place) => `h${place}`);
    come("allowed", "a", "a waits");
    come("allowed", "b", "b waits");
    expect(gate.waiting).toBe(2);
    await close(others[0]);
    expect(served.at(-1)).toBe("b waits");
    await close(open);
    expect(served.at(-1)).toBe("a waits");
  });

  it("all come back, however many came and went", async () => {
    for (let round = 0; round < 5; round += 1) {
      const sockets = [
        ...many(90, "allowed", (place) => `h${place % 7}`),
        ...many(30, "own", (place) => `u${place % 3}`),
      ];
      for (const socket of sockets) await close(socket);
      expect([gate.open, gate.waiting]).toEqual([0, 0]);
    }
    many(25, "allowed", () => "h1");
    expect(gate.open).toBe(25);
  });
});

describe("who waits", () => {
  it("is refused beyond a quarter for each source, and as many as there are places in all", () => {
    const sockets = many(51, "allowed", () => "a");
    expect([gate.open, gate.waiting, gate.refused]).toEqual([25, 25, 1]);
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([...Array(50).fill(false), true]);
    many(400, "allowed", (place) => `h${place}`);
    expect([gate.open, gate.waiting, gate.refused]).toEqual([84, 100, 1 + 400 - 59 - 75]);
  });
});

describe("strangers", () => {
  it("take no place, and are four of a source and sixteen in all", async () => {
    const sockets = many(6, "stranger", () => "x");
    expect([served.length, gate.open, gate.waiting, gate.refused]).toEqual([4, 0, 0, 2]);
    many(30, "stranger", (place) => `y${place}`);
    expect(served).toHaveLength(16);
    await close(sockets[0]);
    come("stranger", "x", "again");
    expect(served.at(-1)).toBe("again");
    come("stranger", "x", "not again");
    expect(served.at(-1)).toBe("again");
  });

  it("are fifty in a second", async () => {
    const rush = async () => {
      const before = served.length;
      for (let count = 0; count < 80; count += 1) await close(come("stranger", "x"));
      return served.length - before;
    };
    expect(await rush()).toBe(50);
    await clock.advance(999);
    expect(await rush()).toBe(0);
    await clock.advance(1);
    expect(await rush()).toBe(50);
  });

  it("are served while all places are taken, and do not keep anybody from them", () => {
    many(84, "allowed", (place) => `h${place}`);
    come("stranger", "x");
    expect(served.at(-1)).toBe("x");
    many(50, "stranger", (place) => `y${place}`);
    come("own", "me");
    expect(served.at(-1)).toBe("me");
  });
});
