import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { agentOfTest } from "../../../test/support/agent.ts";
import { run } from "../../../test/support/cli.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";

const lines = "a.two\t2.5\t1700000001\na.one\t1\t1700000009\n# remark\n";

/** A server that answers with the status, and what it was sent. */
async function server(status = 200): Promise<{ url: string; bodies: unknown[] }> {
  const bodies: unknown[] = [];
  const listening = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on("end", () => {
      bodies.push([request.method, request.url, JSON.parse(text)]);
      response.writeHead(status).end("said\u001bso");
    });
  });
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void listening.close());
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, bodies };
}

describe("append_metric", () => {
  it("C16: hands a pipe's lines to a real agent, whose certificate is not checked", async () => {
    const agent = await agentOfTest();
    const endpoint = `https://127.0.0.1:${agent.port}`;
    const ran = await run(["append_metric", "-H", "web1", "-b", endpoint], { input: lines });
    expect(ran).toEqual({ exit: 0, stdout: "Success.\n", stderr: "" });
    expect((await agent.post("/metric", "")).json).toMatchObject({
      metric_data: [{ hostname: "web1", timestamp: 1_700_000_009, metrics: { "a.two": 2.5, "a.one": 1 } }],
    });
  });

  it("reads a file, and everything else from the environment", async () => {
    const { url, bodies } = await server();
    const file = join(directoryOfTest(), "metrics.tsv");
    writeFileSync(file, lines);
    const environment = {
      HAPPO_AGENT_HOSTNAME: "web2",
      HAPPO_AGENT_BASTION_ENDPOINT: url,
      HAPPO_AGENT_DATAFILE: file,
      HAPPO_AGENT_API_KEY: "secret",
    };
    expect(await run(["append_metric"], { environment })).toMatchObject({ exit: 0 });
    const entry = { hostname: "web2", timestamp: 1_700_000_009, metrics: { "a.one": 1, "a.two": 2.5 } };
    expect(bodies).toEqual([["POST", "/metric/append", { apikey: "secret", metric_data: [entry] }]]);
  });

  it.each(["", "nothing usable\n"])("sends an empty entry for %j", async (input) => {
    const { url, bodies } = await server();
    expect(await run(["append_metric", "-b", url], { input })).toMatchObject({
      exit: 0,
      stdout: "Success.\n",
    });
    expect(bodies).toMatchObject([
      ["POST", "/metric/append", { metric_data: [{ timestamp: 0, metrics: {} }] }],
    ]);
  });

  it("prints and sends nothing in a dry run", async () => {
    const ran = await run(["append_metric", "-H", "dry", "-n"], { input: "z\t1\t5\na\t2.25\t100\n" });
    expect(ran.exit).toBe(0);
    expect(ran.stdout).toBe('[{"hostname":"dry","timestamp":100,"metrics":{"a":2.25,"z":1}}]\n');
  });

  it("says why it failed, and what the agent said without its control characters", async () => {
    const { url } = await server(500);
    const answered = await run(["append_metric", "-b", url], { input: lines });
    expect(answered).toMatchObject({
      exit: 1,
      stdout: "",
      stderr: expect.stringContaining("500: said\\u001bso"),
    });
    for (const [args, input, reason] of [
      [["-b", "http://127.0.0.1:1"], lines, "ECONNREFUSED"],
      [["-b", "ftp://host"], lines, "no http"],
      [["--datafile", "/nonexistent"], "", "ENOENT"],
      [["-b", url], "hoge\tfoo\tbar\n", "no number"],
    ] as const) {
      const ran = await run(["append_metric", ...args], { input });
      expect([ran.exit, ran.stdout]).toEqual([1, ""]);
      expect(ran.stderr).toContain(reason);
    }
  });
});
