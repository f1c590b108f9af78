// What of an engine's answers is shown, and what stays with the engine.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { containerId } from "../../../test/support/docker/docker-stand-in.ts";
import { inspectOf } from "../../../test/support/docker/engine-answers.ts";
import { shownJson } from "./shown-json.ts";

it("has keys in lower case and keeps secrets back", () => {
  const container = { id: containerId("a1"), name: "web-1", image: "nginx:1" };
  const shown = shownJson(inspectOf(container));
  expect(shown).toMatchObject({
    id: container.id,
    name: "/web-1",
    args: ["serve"],
    state: { status: "running", pid: 4242 },
    hostconfig: { logconfig: { type: "splunk", config: { "splunk-url": "https://log" } } },
    networksettings: { networks: { bridge: { ipaddress: "172.17.0.2" } } },
    config: {
      image: "nginx:1",
      labels: {
        "com.docker.compose.project": "shop",
        "org.opencontainers.image.authors": "shop@example.net",
      },
    },
  });
  expect(JSON.stringify(shown)).not.toMatch(/hunter2|PATH=|log-token|admin:hash|label-key/);
});

it.each(["Env", "ENV", "env"])("has no %s, wherever it stands", (key) => {
  expect(shownJson([{ Deep: { [key]: ["A=1"], Else: 1 } }])).toEqual([{ deep: { else: 1 } }]);
});

it("ends where it is too deep", () => {
  const deep = JSON.parse(`${"[".repeat(200_000)}${"]".repeat(200_000)}`) as unknown;
  expect(JSON.stringify(shownJson(deep)).length).toBeLessThan(100);
});

it("takes any JSON, and gives nothing new", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.stringify(shownJson(value)).length).toBeLessThanOrEqual(
        JSON.stringify(value).toLowerCase().length + 2,
      );
      expect(Object.getPrototypeOf(shownJson(JSON.parse('{"__proto__":{"x":1}}')))).toBe(Object.prototype);
    }),
  );
});
