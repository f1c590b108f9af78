// Contract happo §11: the access line names the address as it is, and the bytes of the answer's body.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { agentOfTest } from "../../support/agent.ts";
import { directoryOfTest } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";

it("of a client that comes over IPv4 to an address for both", async () => {
  const file = join(directoryOfTest(), "agent.log");
  const agent = await agentOfTest({ log: { level: "info", file }, api: { listen: "[::]:0" } });
  await agent.get("/");
  await agent.post("/monitor", "{}");
  const lines = () =>
    readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line.includes("Access: "));
  await until(() => lines().length === 2);
  expect(lines()[0]).toMatch(/Access: 127\.0\.0\.1:\d+ "GET \/" 200 2 \d/);
  expect(lines()[1]).toMatch(/Access: 127\.0\.0\.1:\d+ "POST \/monitor" 400 [1-9]\d+ \d/);
});
