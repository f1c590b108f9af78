// Where a connection comes from, by its ends and by what the kernel says of whoever made it.
import { type IncomingHttpHeaders, IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { createPeers } from "./peers.ts";

const own = process.geteuid?.() ?? 0;
const another = 4711;
const elsewhere = "192.0.2.7";

/** As if it were connected from there, with the same ends for whoever is asked about. */
function connectedFrom<Kind extends Socket>(socket: Kind, remoteAddress: string): Kind {
  const ends = { localAddress: "192.0.2.1", localPort: 7777, remoteAddress, remotePort: 40_000 };
  for (const [name, value] of Object.entries(ends)) Object.defineProperty(socket, name, { value });
  return socket;
}

/** The kernel knows that user of every connection. */
function peersOf(uid: number | undefined) {
  let closed = 0;
  const asked: object[] = [];
  const uidOf = (ends: object) => {
    asked.push(ends);
    return uid;
  };
  const close = () => {
    closed += 1;
  };
  const socketOwner = { uidOf, close };
  const peers = createPeers({ clock: fakeClock(), socketOwner });
  return { peers, asked, closed: () => closed };
}

function requestOn(socket: Socket, headers: IncomingHttpHeaders = {}): IncomingMessage {
  const request = new IncomingMessage(socket);
  Object.assign(request.headers, headers);
  return request;
}

const encrypted = (remoteAddress: string) => connectedFrom(new TLSSocket(new Socket()), remoteAddress);

describe("a connection", () => {
  it.each([
    ["127.0.0.1", own, "agent-user"],
    ["127.0.0.1", 0, "agent-user"],
    ["::1", own, "agent-user"],
    ["::ffff:127.0.0.1", own, "agent-user"],
    ["127.0.0.2", own, "host"],
    ["127.0.0.1", another, "local-user"],
    ["127.0.0.2", another, "local-user"],
    [elsewhere, another, "local-user"],
    ["127.0.0.1", undefined, "unknown"],
    ["127.0.0.2", undefined, "unknown"],
    [elsewhere, undefined, "host"],
  ])("from %s by user %s is of %s, and so are its requests", (address, uid, standing) => {
    const { peers } = peersOf(uid);
    expect(peers.meet(connectedFrom(new Socket(), address))).toBe(standing);
    expect(peers.standingOf(requestOn(encrypted(address)))).toBe(standing);
  });

  it("that is gone already may have been anybody's, and the kernel is not asked", () => {
    const { peers, asked } = peersOf(own);
    expect(peers.meet(new Socket())).toBe("unknown");
    expect(asked).toEqual([]);
  });

  it("is asked about by both its ends, as IPv4 where it is", () => {
    const { peers, asked } = peersOf(own);
    peers.meet(connectedFrom(new Socket(), "::ffff:127.0.0.1"));
    const [localAddress, remoteAddress] = ["192.0.2.1", "127.0.0.1"];
    expect(asked).toEqual([{ localAddress, localPort: 7777, remoteAddress, remotePort: 40_000 }]);
  });

  it("is forgotten when it is closed: the next one with the same ends may be somebody else's", () => {
    const { peers } = peersOf(own);
    const first = connectedFrom(new Socket(), "127.0.0.1");
    peers.meet(first);
    const request = requestOn(encrypted("127.0.0.1"));
    expect(peers.standingOf(request)).toBe("agent-user");
    first.emit("close");
    expect(peers.standingOf(requestOn(encrypted("127.0.0.1")))).toBe("unknown");
    // What it was asked before is still being answered.
    expect(peers.standingOf(request)).toBe("agent-user");
  });
});

describe("a request in somebody else's name", () => {
  it.each<IncomingHttpHeaders>([
    { forwarded: "for=192.0.2.9" },
    { via: "1.1 proxy" },
    { "x-real-ip": "192.0.2.9" },
    { "x-forwarded-for": "192.0.2.9" },
    { "x-forwarded": "192.0.2.9" },
  ])("%j says nothing of a user of this host", (headers) => {
    for (const [uid, address, standing] of [
      [own, "127.0.0.1", "agent-user"],
      [another, "127.0.0.1", "local-user"],
    ] as const) {
      const { peers } = peersOf(uid);
      peers.meet(connectedFrom(new Socket(), address));
      const socket = encrypted(address);
      expect(peers.standingOf(requestOn(socket, { host: "x", accept: "*/*" }))).toBe(standing);
      expect(peers.standingOf(requestOn(socket, headers))).toBe("unknown");
      // The next one on the same connection is judged by itself.
      expect(peers.standingOf(requestOn(socket))).toBe(standing);
    }
  });

  it("is another host's where it comes from there", () => {
    const { peers } = peersOf(undefined);
    peers.meet(connectedFrom(new Socket(), elsewhere));
    expect(peers.standingOf(requestOn(encrypted(elsewhere), { via: "1.1 proxy" }))).toBe("host");
  });
});

it("lets go of the kernel when it is over", () => {
  const { peers, closed } = peersOf(own);
  peers.stop();
  expect(closed()).toBe(1);
});
