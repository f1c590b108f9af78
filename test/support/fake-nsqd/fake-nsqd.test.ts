// The fake nsqd says what the real one was heard to say (contract loda §7.5).
import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  messageList,
  multiplePublishCommand,
  NsqFrameReader,
  publishCommand,
} from "../../../src/formats/nsq-frame.ts";
import { type FakeNsqd, fakeNsqd } from "./fake-nsqd.ts";

describe("HTTP", () => {
  async function ask(nsqd: FakeNsqd, line: string, body: string | Buffer = "") {
    const [method, path] = line.split(" ");
    const asking = request({ host: "127.0.0.1", port: nsqd.httpPort, method, path, agent: false });
    asking.on("error", () => {});
    asking.end(body);
    const [answer] = (await once(asking, "response")) as [import("node:http").IncomingMessage];
    return { status: answer.statusCode, connection: answer.headers.connection, text: await text(answer) };
  }

  const large = Buffer.alloc(1_048_577, "x");

  it.each<[string, string | Buffer, number, string]>([
    ["POST /pub?topic=t", "a", 200, "OK"],
    ["POST /mpub?topic=t", "a\n\nb\n", 200, "OK"],
    ["POST /mpub?topic=t&binary=true", messageList([Buffer.from("a\n"), Buffer.from("b")]), 200, "OK"],
    ["POST /pub?topic=t&defer=5", "a", 200, "OK"],
    ["POST /pub?topic=t&defer=3600001", "a", 400, '{"message":"INVALID_DEFER"}'],
    ["POST /pub?topic=t", "", 400, '{"message":"MSG_EMPTY"}'],
    ["POST /pub", "a", 400, '{"message":"MISSING_ARG_TOPIC"}'],
    ["POST /pub?topic=a%2Fb", "a", 400, '{"message":"INVALID_TOPIC"}'],
    [`POST /pub?topic=${"x".repeat(65)}`, "a", 400, '{"message":"INVALID_TOPIC"}'],
    ["POST /pub?topic=t", large, 413, '{"message":"MSG_TOO_BIG"}'],
    ["POST /mpub?topic=t", Buffer.alloc(5_242_881, "x"), 413, '{"message":"BODY_TOO_BIG"}'],
    ["GET /pub?topic=t", "", 405, '{"message":"METHOD_NOT_ALLOWED"}'],
    ["POST /put?topic=t", "a", 404, '{"message":"NOT_FOUND"}'],
    ["GET /ping", "", 200, "OK"],
    ["POST /topic/create?topic=t", "", 200, ""],
    ["POST /channel/create?topic=t&channel=c", "", 200, ""],
  ])("%s", async (line, body, status, said) => {
    const answer = await ask(await fakeNsqd(), line, body);
    expect([answer.status, answer.text]).toEqual([status, said]);
    if (status === 413) expect(answer.connection).toBe("close");
  });

  it("ends, counts and is an old one where a test wants it", async () => {
    const nsqd = await fakeNsqd({ missing: ["/pub", "/mpub"] });
    expect((await ask(nsqd, "POST /pub?topic=t", "a")).status).toBe(404);
    expect((await ask(nsqd, "POST /put?topic=t", "a")).text).toBe("OK");
    nsqd.manners.exiting = true;
    expect((await ask(nsqd, "POST /put?topic=t", "a")).text).toBe('{"message":"EXITING"}');
    expect(JSON.parse((await ask(nsqd, "GET /stats?format=json&topic=t")).text)).toEqual({
      topics: [{ topic_name: "t", message_count: 1, depth: 1 }],
    });
    await nsqd.kill();
    await nsqd.start();
    expect((await ask(nsqd, "GET /ping")).text).toBe("OK");
  });
});

describe("TCP", () => {
  /** Sends all at once, and gives the frames until so many came or the connection closed. */
  async function talk(nsqd: FakeNsqd, sent: readonly (string | Buffer)[], count: number) {
    const socket: Socket = connect(nsqd.tcpPort, "127.0.0.1");
    socket.on("error", () => {});
    const reader = new NsqFrameReader(100_000);
    const frames: string[] = [];
    socket.write(Buffer.concat(sent.map((part) => Buffer.from(part as string))));
    const closed = once(socket, "close").then(() => "closed");
    const enough = new Promise<string>((resolve) => {
      socket.on("data", (chunk: Buffer) => {
        for (const { type, data } of reader.push(chunk) ?? []) frames.push(`${type} ${data.toString()}`);
        if (frames.length >= count) resolve("open");
      });
    });
    await Promise.race([closed, enough]);
    const errors = frames.some((frame) => frame.startsWith("1"));
    const how = errors ? await closed : "open";
    socket.destroy();
    return { frames, how };
  }

  const magic = "  V2";
  const identify = (client: object) => {
    const body = Buffer.from(JSON.stringify(client));
    const size = Buffer.alloc(4);
    size.writeUInt32BE(body.length);
    return Buffer.concat([Buffer.from("IDENTIFY\n"), size, body]);
  };
  const sized = (line: string, size: number) => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(size);
    return Buffer.concat([Buffer.from(`${line}\n`), head]);
  };
  const publish = publishCommand("t", Buffer.from("a"));

  it.each<[string, (string | Buffer)[], string[]]>([
    ["three at once", [magic, publish, publish, publish], ["0 OK", "0 OK", "0 OK"]],
    ["a carriage return", [magic, sized("PUB t\r", 1), "a"], ["0 OK"]],
    ["many", [magic, multiplePublishCommand("t", [Buffer.from("a"), Buffer.from("b\n")])], ["0 OK"]],
    ["later", [magic, sized("DPUB t 5", 1), "a"], ["0 OK"]],
    ["identified", [magic, identify({ client_id: "x" })], ["0 OK"]],
    ["nothing", [magic, "NOP\n", publish], ["0 OK"]],
    ["another protocol", ["  V1", publish], ["1 E_BAD_PROTOCOL"]],
    ["an unknown command", [magic, "FOO\n"], ["1 E_INVALID invalid command FOO"]],
    ["a consumer's command", [magic, "CLS\n"], ["1 E_INVALID invalid command CLS"]],
    ["an empty message", [magic, sized("PUB t", 0)], ["1 E_BAD_MESSAGE PUB invalid message body size 0"]],
    [
      "a large message",
      [magic, sized("PUB t", 1_048_577)],
      ["1 E_BAD_MESSAGE PUB message too big 1048577 > 1048576"],
    ],
    ["a bad topic", [magic, sized("PUB a/b", 1), "x"], ['1 E_BAD_TOPIC PUB topic name "a/b" is not valid']],
    ["no messages", [magic, multiplePublishCommand("t", [])], ["1 E_BAD_BODY MPUB invalid message count 0"]],
    [
      "a large list",
      [magic, sized("MPUB t", 5_242_881)],
      ["1 E_BAD_BODY MPUB body too big 5242881 > 5242880"],
    ],
    [
      "a short interval",
      [magic, identify({ heartbeat_interval: 999 })],
      ["1 E_BAD_BODY IDENTIFY heartbeat interval (999) is invalid"],
    ],
  ])("%s", async (_, sent, expected) => {
    const { frames, how } = await talk(await fakeNsqd(), sent, expected.length);
    expect(frames).toEqual(expected);
    expect(how).toBe(expected[0]?.startsWith("1") ? "closed" : "open");
  });

  it("negotiates, with heartbeats between the answers", async () => {
    const nsqd = await fakeNsqd({ heartbeatFirst: true });
    const { frames } = await talk(nsqd, [magic, identify({ feature_negotiation: true }), publish], 4);
    expect(frames[0]).toBe("0 _heartbeat_");
    expect(JSON.parse(frames[1]?.slice(2) ?? "")).toMatchObject({
      version: "1.3.0",
      output_buffer_size: 16_384,
    });
    expect(frames.slice(2)).toEqual(["0 _heartbeat_", "0 OK"]);
  });

  it("closes after two heartbeats that nobody answered", async () => {
    const nsqd = await fakeNsqd();
    const socket = connect(nsqd.tcpPort, "127.0.0.1");
    socket.on("error", () => {});
    socket.resume();
    socket.write(Buffer.concat([Buffer.from(magic), identify({ heartbeat_interval: 1000 })]));
    const how = await Promise.race([
      once(socket, "close").then(() => "closed"),
      pause(4000, "open", { ref: false }),
    ]);
    expect(how).toBe("closed");
  });

  it("says nothing when it hangs", async () => {
    const nsqd = await fakeNsqd({ halfOpen: true });
    const socket = connect(nsqd.tcpPort, "127.0.0.1");
    socket.write(Buffer.concat([Buffer.from(magic), publish]));
    const how = await Promise.race([once(socket, "data").then(() => "answered"), pause(200, "silent")]);
    socket.destroy();
    expect(how).toBe("silent");
  });
});
