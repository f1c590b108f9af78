// Real sockets, of this process and of another user's.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { asUser, isRoot, otherUid } from "../../test/support/other-user.ts";
import { type ConnectionEnds, createSocketOwner, uidFromTable } from "./socket-owner.ts";

const owner = createSocketOwner();
const ways = [
  ["the kernel's answer", (ends: ConnectionEnds) => owner.uidOf(ends)],
  // As long as it may be: other tests leave many sockets behind.
  ["the kernel's table", (ends: ConnectionEnds) => uidFromTable(ends, 64 * 1024 * 1024)],
] as const;

function endsOf({
  localAddress = "",
  localPort = 0,
  remoteAddress = "",
  remotePort = 0,
}: Socket): ConnectionEnds {
  return { localAddress, localPort, remoteAddress, remotePort };
}

/** A connection as its accepting end sees it. */
async function accepted(host: string, open: (port: number) => void): Promise<Socket> {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  open((server.address() as AddressInfo).port);
  const [socket] = (await once(server, "connection")) as [Socket];
  onTestFinished(() => void socket.destroy());
  return socket;
}

const own = (host: string) => (port: number) => {
  const socket = connect(port, host);
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
};

describe.each(ways)("by %s", (_way, uidOf) => {
  it.each([
    ["127.0.0.1", "127.0.0.1"],
    ["127.0.0.1", "::ffff:127.0.0.1"],
    ["::1", "::1"],
    ["::", "127.0.0.1"],
    ["::", "::1"],
  ])("own sockets are one's own: at %s from %s", async (listen, from) => {
    expect(uidOf(endsOf(await accepted(listen, own(from))))).toBe(process.geteuid?.());
  });

  it.runIf(isRoot)("another user's socket is his", async () => {
    const socket = await accepted("127.0.0.1", (port) => {
      const words = [...asUser(otherUid), "socat", "-", `TCP:127.0.0.1:${port}`];
      const child = spawn(words[0] ?? "", words.slice(1), { stdio: ["pipe", "ignore", "ignore"] });
      onTestFinished(() => void child.kill());
    });
    expect(uidOf(endsOf(socket))).toBe(otherUid);
  });

  it("a socket that was closed is nobody's, and not root's", async () => {
    let client: Socket | undefined;
    const socket = await accepted("127.0.0.1", (port) => {
      client = connect(port, "127.0.0.1");
    });
    const ends = endsOf(socket);
    client?.destroy();
    await once(socket.resume(), "close");
    expect(uidOf(ends)).toBeUndefined();
  });

  it.each(["192.0.2.1", "2001:db8::1"])("a socket of another host is nobody's: %s", (remoteAddress) => {
    expect(uidOf({ localAddress: "192.0.2.2", localPort: 1, remoteAddress, remotePort: 2 })).toBeUndefined();
  });
});

it("asks nothing once it is closed", async () => {
  const closed = createSocketOwner();
  const ends = endsOf(await accepted("127.0.0.1", own("127.0.0.1")));
  closed.close();
  closed.close();
  expect(closed.uidOf(ends)).toBeUndefined();
});

it("reads no long table", async () => {
  const ends = endsOf(await accepted("127.0.0.1", own("127.0.0.1")));
  expect(uidFromTable(ends, 100)).toBeUndefined();
});
