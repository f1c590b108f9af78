// Appends as large as the original takes them, and what is larger than the limit.
import { connect } from "node:tls";
import { expect, it } from "vitest";
import { agentOfTest } from "../../support/agent.ts";

function appendOf(bytes: number): string {
  const entries = [];
  for (let size = 0, place = 0; size < bytes; place += 1) {
    const metrics: Record<string, number> = {};
    for (let at = 0; at < 1000; at += 1) metrics[`host.some.metric.of.a.name.as.they.are.${at}`] = place + at;
    const entry = JSON.stringify({ hostname: "h", timestamp: 1000 + place, metrics });
    entries.push(entry);
    size += entry.length;
  }
  return `{"apikey":"","metric_data":[${entries.join(",")}]}`;
}

it.each([7.5, 10, 15])("%d MB are taken", async (megabytes) => {
  const agent = await agentOfTest();
  const ask = { socketPath: agent.socketPath };
  const { status, json } = await agent.post("/metric/append", appendOf(megabytes * 1e6));
  expect([status, json]).toEqual([200, { status: "ok", message: "" }]);
  expect((await agent.post("/metric", "", ask)).text.length).toBeGreaterThan(1e6);
});

it("more than the limit is refused in an answer that can be read, while it is still being sent", async () => {
  const agent = await agentOfTest({ api: { max_body: "1MiB" } });
  const body = Buffer.alloc(8 * 1024 * 1024, 0x20);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port: agent.port, rejectUnauthorized: false });
    let text = "";
    socket.on("error", reject);
    socket.on("data", (piece: Buffer) => {
      text += piece.toString();
    });
    socket.on("end", () => resolve(text));
    socket.write(`POST /metric/append HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\n\r\n`);
    socket.write(body);
  });
  expect(answer).toMatch(/^HTTP\/1.1 413 [\s\S]*"status":"error"[\s\S]*1048576 bytes[\s\S]*api\.max_body/);
});
