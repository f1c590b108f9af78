// Bodies that wait for room: over real connections, read on as soon as there is some, however often they were told to wait.
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, it, onTestFinished } from "vitest";
import { until } from "../../test/support/until.ts";
import { systemClock } from "../kernel/clock.ts";
import { createPace } from "../kernel/pace.ts";
import { servePaced } from "../transports/paced-reading.ts";
import { BodyRoom } from "./body-room.ts";
import { takeBody } from "./request-body.ts";

/** A server that takes a body of bytes, and answers with their number. */
async function opened(bodyRoom: BodyRoom) {
  const pace = createPace(systemClock);
  const wish = { form: "bytes", fields: [], source: "a", limitBytes: undefined } as const;
  const server = createServer((request, response) => {
    void takeBody(request, wish, { bodyLimitBytes: 1_000_000, pace, bodyRoom }).then(({ value, leave }) => {
      leave();
      response.end(String((value as Buffer).length));
    });
  });
  servePaced(server, "connection", pace);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return async (bytes: number) => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.write(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${bytes}\r\n\r\n`);
    const answer = text(socket);
    const send = (part: number) => void socket.write(Buffer.alloc(part, "x"));
    return { send, answered: async () => (await answer).split("\r\n\r\n")[1] };
  };
}

it("a body that waited twice is read to its end", async () => {
  const room = new BodyRoom({ freeBytes: 100, sourceBytes: 10_000, totalBytes: 10_000 });
  const post = await opened(room);
  const [first, second, third] = [await post(20_000), await post(1000), await post(50_000)];
  first.send(200);
  await until(() => room.bytes === 200);
  second.send(500);
  await until(() => room.bytes === 700);
  first.send(15_000);
  await until(() => room.bytes === 15_700);
  third.send(50_000);
  await until(() => room.isWaitedFor);
  second.send(500);
  expect(await second.answered()).toBe("1000");
  first.send(4800);
  expect(await first.answered()).toBe("20000");
  expect(await third.answered()).toBe("50000");
});
