// Requests that come ahead of their answers, and bodies that nobody asked for: answered in order, or the connection ends.
import { connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { startTestAgent, type TestAgent } from "../support/agent.ts";
import { until } from "../support/until.ts";

let agent: TestAgent;

beforeAll(async () => {
  agent = await startTestAgent({ api: { head_deadline: "2s", request_deadline: "5s" } });
});

afterAll(() => agent.release());

async function talk(text: string): Promise<{ socket: TLSSocket; heard: () => string }> {
  let heard = "";
  const socket = await new Promise<TLSSocket>((resolve) => {
    const opened = connect({ host: "127.0.0.1", port: agent.port, rejectUnauthorized: false }, () =>
      resolve(opened),
    );
  });
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    heard += bytes.toString();
  });
  socket.write(text);
  return { socket, heard: () => heard };
}

const get = (path: string, headers = "") => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
const answers = (heard: string) => [...heard.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);

it("a hundred requests in one piece are answered in their order, and the connection stays", async () => {
  const paths = Array.from({ length: 100 }, (_, place) =>
    place % 3 === 0 ? "/none" : place % 3 === 1 ? "/ping" : "/",
  );
  const { socket, heard } = await talk(paths.map((path) => get(path)).join(""));
  await until(() => answers(heard()).length === 100);
  const wanted = { "/none": "404", "/ping": "204", "/": "200" } as Record<string, string>;
  expect(answers(heard())).toEqual(paths.map((path) => wanted[path]));
  socket.write(get("/ping"));
  await until(() => answers(heard()).length === 101);
});

it("a body behind others is read when it is its turn", async () => {
  const body = JSON.stringify({
    metric_data: [{ hostname: "turns", timestamp: 1_700_000_000, metrics: { a: 1 } }],
  });
  const post = `POST /metric/append HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n`;
  const { socket, heard } = await talk(get("/ping").repeat(5) + post);
  await until(() => answers(heard()).length === 5);
  for (const sign of body) socket.write(sign);
  socket.write(get("/"));
  await until(() => answers(heard()).length === 7);
  expect(answers(heard()).slice(5)).toEqual(["200", "200"]);
});

it("a thousand in one piece are read no faster than they are answered, and hold up nobody", async () => {
  const { heard } = await talk(get("/metrics").repeat(1000));
  await until(() => answers(heard()).length > 0);
  expect((await agent.get("/")).status).toBe(200);
  expect(answers(heard()).length).toBeLessThan(1000);
  await until(() => answers(heard()).length === 1000, 60);
});

it("an answer without an end is the last one of its connection, whatever comes behind it", async () => {
  const { socket, heard } = await talk(get("/tap") + get("/ping").repeat(1000));
  await until(() => answers(heard()).length > 0);
  socket.write(get("/ping", "a:\r\n".repeat(2500)).repeat(100));
  await until(() => socket.writableLength === 0);
  const metrics = { behind_an_answer: 1 };
  await until(async () => {
    const data = [{ hostname: "", timestamp: Math.floor(Date.now() / 1000), metrics }];
    await agent.post("/metric/append", { metric_data: data });
    return heard().includes("behind_an_answer");
  });
  expect(answers(heard())).toEqual(["200"]);
  socket.end();
  await until(() => socket.destroyed);
});

it.each(["/ping", "/none", "/metrics"])(
  "a body without end of %s ends the connection with the answer",
  async (path) => {
    const { socket, heard } = await talk(get(path, "Transfer-Encoding: chunked\r\n"));
    socket.write("1\r\n \r\n".repeat(200));
    await until(() => socket.destroyed || socket.readableEnded);
    expect(answers(heard())).toHaveLength(1);
    expect(heard().toLowerCase()).toContain("connection: close");
  },
);

it("a long answer comes whole to one who reads slowly, and not at all to one who is gone", async () => {
  const metrics = Object.fromEntries(
    Array.from({ length: 9000 }, (_, place) => [`long_answer_${place}`, place]),
  );
  const data = [{ hostname: "", timestamp: Math.floor(Date.now() / 1000), metrics }];
  expect((await agent.post("/metric/append", { metric_data: data })).status).toBe(200);
  const { socket, heard } = await talk("");
  socket.pause();
  socket.write(get("/metrics"));
  const gone = await talk(get("/metrics"));
  gone.socket.destroy();
  expect((await agent.get("/metrics")).text).toContain("long_answer_8999");
  socket.resume();
  const length = await until(() => /content-length: (\d+)/i.exec(heard())?.[1]);
  await until(() => heard().length >= Number(length));
  const body = heard().slice(heard().indexOf("\r\n\r\n") + 4);
  expect(Buffer.byteLength(body)).toBe(Number(length));
  expect(body).toContain("long_answer_8999 8999\n");
});
