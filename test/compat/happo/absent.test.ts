// What the original takes as not given: null anywhere, and whatever stands in `apikey`.
import { expect, it } from "vitest";
import { agentOfTest } from "../../support/agent.ts";
import { directoryOfTest, writeScript } from "../../support/temporary.ts";

it.each([[null], [5], [{}], [[]], [true]])("the apikey %j", async (apikey) => {
  const directory = directoryOfTest();
  writeScript(directory, "silent", "exit 0");
  const agent = await agentOfTest({ programs: { paths: [directory] } });
  const asked: [string, object][] = [
    ["/monitor", { plugin_name: "silent" }],
    ["/inventory", { command: "uname" }],
    ["/metric", {}],
    ["/metric/append", { metric_data: [] }],
    ["/metric/config/update", { config: { metrics: [] } }],
    ["/proxy", { proxy_hostport: [`127.0.0.1:${agent.port}`], request_type: "metric", request_json: "{}" }],
  ];
  const answers = [];
  const ask = { headers: {}, socketPath: agent.socketPath };
  for (const [path, body] of asked) answers.push(await agent.post(path, { apikey, ...body }, ask));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
});

it("options, hosts, times and request types", async () => {
  const directory = directoryOfTest();
  writeScript(directory, "args", `printf '[%s]' "$@"`);
  const agent = await agentOfTest({ programs: { paths: [directory] } });
  const ask = { socketPath: agent.socketPath };
  const post = (path: string, body: object) => agent.post(path, body, ask);
  expect((await post("/monitor", { plugin_name: "args", plugin_option: null })).json).toEqual({
    return_value: 0,
    message: "[]",
  });
  expect((await post("/inventory", { command: "uname", command_option: null })).json).toEqual({
    return_code: 0,
    return_value: "Linux\n",
  });
  const entry = { hostname: null, timestamp: null, metrics: null };
  expect((await post("/metric/append", { metric_data: [entry] })).status).toBe(200);
  expect((await post("/metric", { cursor: null, ack: null })).json).toEqual({
    metric_data: [{ hostname: "", timestamp: 0, metrics: {} }],
    message: "",
  });
});
