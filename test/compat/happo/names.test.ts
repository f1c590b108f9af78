// Names of metrics go through as they came, whatever they are.
import { expect, it } from "vitest";
import { agentOfTest } from "../../support/agent.ts";

const post = async (names: readonly string[], value: unknown = 1) => {
  const agent = await agentOfTest();
  const metrics = names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",");
  const body = `{"apikey":"","metric_data":[{"hostname":"h","timestamp":5,"metrics":{${metrics}}}]}`;
  const ask = { socketPath: agent.socketPath };
  const { status, json } = await agent.post("/metric/append", body, ask);
  return { status, json, given: (await agent.post("/metric", "", ask)).text };
};

it.each([
  "a;b=c",
  "x\\y",
  "x\\\\;y",
  "__proto__",
  "constructor",
  "n".repeat(600),
  "",
  " ",
  "日本 \u2028",
  "a b",
  "=",
  ";",
  "\\",
])("%j", async (name) => {
  const { status, json, given } = await post([name]);
  expect({ status, json }).toEqual({ status: 200, json: { status: "ok", message: "" } });
  expect(given).toBe(
    `{"metric_data":[{"hostname":"h","timestamp":5,"metrics":{${JSON.stringify(name)}:1}}],"message":""}`,
  );
});

it("one that cannot be kept costs itself, and is said", async () => {
  const { status, json, given } = await post(["good", "n".repeat(5000), "bad\n", "fine"]);
  expect(status).toBe(200);
  expect(json).toEqual({ status: "ok", message: expect.stringMatching(/^2 metrics are left out: .*nnnn.*/) });
  expect(JSON.parse(given)).toMatchObject({ metric_data: [{ metrics: { good: 1, fine: 1 } }] });
});
