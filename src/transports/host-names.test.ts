// Who waits for a name, and for how long: the system's answers are held back here as a name server that is gone does.
import type { LookupAddress } from "node:dns";
import { getEventListeners } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { connect, connectionNames } from "./connect.ts";
import { HostNames, hostNames } from "./host-names.ts";

const here: LookupAddress = { address: "192.0.2.1", family: 4 };
const there: LookupAddress = { address: "2001:db8::1", family: 6 };

/** Answers when it is told to, and notes what it was asked. */
function heldNames() {
  const asked: string[] = [];
  const waiting = new Map<string, { resolve(found: LookupAddress[]): void; reject(error: Error): void }>();
  const names = new HostNames((name) => {
    asked.push(name);
    return new Promise((resolve, reject) => void waiting.set(name, { resolve, reject }));
  });
  const answer = async (name: string, found: LookupAddress[] = [here]) => {
    waiting.get(name)?.resolve(found);
    await settled();
  };
  return {
    names,
    asked,
    answer,
    refuse: (name: string) => waiting.get(name)?.reject(new Error("ENOTFOUND")),
  };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const numbered = (count: number, prefix = "n") => Array.from({ length: count }, (_, n) => `${prefix}${n}`);

describe("a name", () => {
  it("is looked up once for all who ask meanwhile, and again for those who ask later", async () => {
    const { names, asked, answer } = heldNames();
    const all = [1, 2, 3].map(() => names.addressesOf({ name: "a" }));
    await answer("a");
    expect(await Promise.all(all)).toEqual([[here], [here], [here]]);
    expect(asked).toEqual(["a"]);
    void names.addressesOf({ name: "a" });
    expect(asked).toEqual(["a", "a"]);
  });

  it("that nobody knows is told to all who asked, and kept by nobody", async () => {
    const { names, refuse } = heldNames();
    const all = [1, 2].map(() => names.addressesOf({ name: "a" }));
    refuse("a");
    for (const one of await Promise.allSettled(all)) expect(one.status).toBe("rejected");
    expect(names.pending).toBe(0);
  });

  it("is not asked for again while an answer that was given up is still to come", async () => {
    const { names, asked, answer } = heldNames();
    const giving = new AbortController();
    const first = names.addressesOf({ name: "a" }, giving.signal);
    giving.abort(new Error("enough"));
    await expect(first).rejects.toThrow("enough");
    expect(getEventListeners(giving.signal, "abort")).toEqual([]);
    const second = names.addressesOf({ name: "a" });
    await answer("a");
    expect(await second).toEqual([here]);
    expect(asked).toEqual(["a"]);
  });

  it("that is an address is not looked up", async () => {
    const { names, asked } = heldNames();
    expect(await names.addressesOf({ name: "::1" })).toEqual([{ address: "::1", family: 6 }]);
    expect(asked).toEqual([]);
  });

  it("leaves nothing with the signal of those who got their answer", async () => {
    const { names, answer } = heldNames();
    const { signal } = new AbortController();
    const asking = names.addressesOf({ name: "a" }, signal);
    await answer("a");
    await asking;
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("many names", () => {
  it("are looked up a few at once, in turn, and those that were given up not at all", async () => {
    const { names, asked, answer } = heldNames();
    const giving = new AbortController();
    const all = numbered(5).map((name) =>
      names.addressesOf({ name }, name === "n3" ? giving.signal : undefined).catch(() => "given up"),
    );
    expect(asked).toEqual(["n0", "n1", "n2"]);
    giving.abort();
    await answer("n1");
    expect(asked).toEqual(["n0", "n1", "n2", "n4"]);
    expect(await all[3]).toBe("given up");
  });

  it("are too many at some point: further ones are refused at once, known ones are not", async () => {
    const { names } = heldNames();
    const told = () => {};
    for (const name of numbered(66)) names.ask({ name, ofCaller: true }, told);
    expect(() => names.ask({ name: "one-more", ofCaller: true }, told)).toThrow(
      expect.objectContaining({ code: "names.full" }),
    );
    expect(() => names.ask({ name: "n65", ofCaller: true }, told)).not.toThrow();
    expect(names.pending).toBe(66);
  });

  it("of callers hold up none of the agent's own, which take along what they share", () => {
    const { names, asked } = heldNames();
    for (const name of numbered(66, "c")) names.ask({ name, ofCaller: true }, () => {});
    expect(asked).toEqual(["c0", "c1"]);
    names.ask({ name: "own" }, () => {});
    names.ask({ name: "c9" }, () => {});
    expect(asked).toEqual(["c0", "c1", "own", "c9"]);
  });
});

describe("a connection", () => {
  const look = (names: HostNames, options: object, more = {}) =>
    new Promise((resolve) =>
      connectionNames(more, names).lookup("a", options, (error, address) => resolve(error ?? address)),
    );

  it("is given all addresses, one, or those of its family", async () => {
    const { names, answer } = heldNames();
    const all = [{ all: true }, {}, { family: 6 }, { family: 4, all: true }].map((one) => look(names, one));
    await answer("a", [here, there]);
    expect(await Promise.all(all)).toEqual([[here, there], here.address, there.address, [here]]);
  });

  it("is told of what is refused, of a family that is not there, and of too many names", async () => {
    const { names, answer } = heldNames();
    const refused = look(names, {}, { refuse: () => new Error("not this one") });
    const missing = look(names, { family: 6 });
    await answer("a");
    expect(await refused).toEqual(new Error("not this one"));
    expect(await missing).toEqual(new Error("a has no IPv6 address"));
    for (const name of numbered(66)) names.ask({ name, ofCaller: true }, () => {});
    expect(await look(names, {}, { ofCaller: true })).toMatchObject({ code: "names.full" });
  });

  it("that is given up leaves its place to others", () => {
    const { names, asked } = heldNames();
    for (const name of numbered(3)) names.ask({ name }, () => {});
    const { lookup, giveUp } = connectionNames({}, names);
    lookup("a", {}, () => {});
    expect(names.pending).toBe(4);
    giveUp();
    expect(names.pending).toBe(3);
    expect(asked).toEqual(["n0", "n1", "n2"]);
  });

  it("is made by name", async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
    onTestFinished(() => void server.close());
    const socket = connect({ host: "localhost", port: (server.address() as { port: number }).port });
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.destroy();
    expect(hostNames.pending).toBe(0);
  });
});
