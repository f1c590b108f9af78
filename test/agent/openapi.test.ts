// The document against the server: what it names is there, answers with a status that it lists and a body of its shape.
import { expect, it } from "vitest";
import { pathOf } from "../../src/api/openapi-document.ts";
import { routes } from "../../src/api/routes/index.ts";
import { agentOfTest } from "../support/agent.ts";

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>;
}

const bodies: Record<string, unknown> = {
  "/monitor": { plugin_name: "check_host_load" },
  "/inventory": { command: "uname" },
  "/proxy": { proxy_hostport: ["127.0.0.1:1"], request_type: "monitor", request_json: "{}" },
};

/** What would go on without an end is asked for what there is not. */
const places: Record<string, string> = {
  "/tap": "/tap?point=nowhere",
  "/post": "/post?ns=a.b",
  "/events/stream": "/events/stream?type=nothing",
};

it("holds", async () => {
  const agent = await agentOfTest({ api: { request_counts: true } });
  const document = (await agent.get("/openapi.json")).json as Document;
  expect(document.openapi).toBe("3.1.0");
  const names = new Set<string>();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, { operationId, responses }] of Object.entries(operations)) {
      names.add(operationId);
      const where = (places[path] ?? path).replace(/\{(\w+)\}/, "s-1");
      const reply =
        method === "get"
          ? await agent.get(where)
          : await agent.post(where, bodies[path], { method: method.toUpperCase() });
      expect(Object.keys(responses), `${method} ${path}`).toContain(String(reply.status));
      expect(reply.text).not.toBe("404 page not found\n");
      const route = routes.find((one) => pathOf(one) === path && one.method.toLowerCase() === method);
      const schema = route?.answers[reply.status]?.schema;
      if (schema !== undefined) expect(schema.parse(reply.json)).toEqual(reply.json);
    }
  }
  expect(names.size).toBe(routes.length);
});
