// Who watches metrics pass is let go of when the connection ends, however it was asked.
import { connect } from "node:tls";
import { expect, it, onTestFinished } from "vitest";
import { agentOfTest, type TestAgent } from "../support/agent.ts";

const question = "GET /tap HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
/** As many of one source as may watch at the same time. */
const watchersAtMost = 4;

/** A connection on which that was asked, and what came of it until its first answer's head was there. */
async function asking({ port }: TestAgent, text: string) {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {});
  socket.once("secureConnect", () => socket.write(text));
  const head = await new Promise<string>((resolve) => {
    let seen = "";
    socket.on("data", (chunk: Buffer) => {
      seen += chunk.toString();
      if (seen.includes("\r\n\r\n")) resolve(seen.slice(0, seen.indexOf("\r\n\r\n")));
    });
  });
  return { socket, head };
}

it("leaves nobody watching when many asked behind each other and are gone", async () => {
  const warnings: string[] = [];
  const warned = ({ message }: Error) => void warnings.push(message);
  process.on("warning", warned);
  onTestFinished(() => void process.off("warning", warned));
  const agent = await agentOfTest();
  const { socket, head } = await asking(agent, question.repeat(watchersAtMost + 1));
  expect(head).toMatch(/^HTTP\/1\.1 200 .*\r\nconnection: close/is);
  socket.destroy();
  const statuses = async () => {
    const asked = await Promise.all(Array.from({ length: watchersAtMost }, () => asking(agent, question)));
    for (const one of asked) one.socket.destroy();
    return new Set(asked.map((one) => one.head.split(" ")[1]));
  };
  await expect.poll(statuses, { timeout: 5000 }).toEqual(new Set(["200"]));
  expect(warnings).toEqual([]);
});
