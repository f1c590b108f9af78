import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { opsbroOverlays } from "./opsbro.ts";

function overlaysOf(files: Readonly<Record<string, string>>) {
  const directory = directoryOfTest();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  const overlays = opsbroOverlays(directory).filter(({ value }) => value !== undefined);
  const found = Object.fromEntries(overlays.map(({ path, value }) => [path.join("."), value]));
  return { directory, found, overlays };
}

describe("a configuration directory of opsbro", () => {
  it("is read with its packs and objects, and its main file says who this node is", () => {
    const { directory, found, overlays } = overlaysOf({
      "agent.yml":
        "groups: [linux, web]\ndisplay_name: one\nnode-zone: lan\nlog_level: WARNING\ndata: /srv/opsbro\n",
    });
    expect(found).toEqual({
      "packs.opsbro": directory,
      "packs.directory": "/srv/opsbro",
      "node.groups": ["linux", "web"],
      "node.display_name": "one",
      "node.zone": "lan",
      "log.level": "warning",
    });
    expect(new Set(overlays.map(({ origin }) => origin))).toEqual(new Set([join(directory, "agent.yml")]));
  });

  it.each([
    [
      "statsd: { enabled: true, port: 8126, interval: 20 }",
      { "inputs.statsd": { listen: ["udp://127.0.0.1:8126"], every: "20s" } },
    ],
    ["statsd: { address: 0.0.0.0 }", { "inputs.statsd": { listen: ["udp://0.0.0.0:8125"], every: "10s" } }],
    ["statsd: { enabled: false }", {}],
    ["statsd: { port: many }", {}],
    [
      "graphite: { port: 2004, udp: false, tcp: true }",
      { "inputs.graphite": { listen: ["tcp://127.0.0.1:2004"] } },
    ],
    [
      "graphite:\n  enabled: true",
      { "inputs.graphite": { listen: ["tcp://127.0.0.1:2003", "udp://127.0.0.1:2003"] } },
    ],
    ["websocket: { enabled: true, port: 6770 }", { "events.websocket": { listen: "tcp://127.0.0.1:6770" } }],
    ['websocket: { address: "::1" }', { "events.websocket": { listen: "tcp://[::1]:6769" } }],
    ["monitoring_topic_enabled: false", { "checks.enabled": false }],
    ["monitoring_topic_enabled: true", {}],
    ["system_compliance_topic_enabled: false", { "compliance.enabled": false }],
    ["metrology_topic_enabled: false", { "inputs.collectors.enabled": false }],
  ])("%s", (text, expected) => {
    const { directory, found } = overlaysOf({ "local.yml": `${text}\n` });
    expect(found).toEqual({ "packs.opsbro": directory, ...expected });
  });

  it("that is not there says nothing but its name", () => {
    expect(opsbroOverlays("/nowhere").filter(({ value }) => value !== undefined)).toMatchObject([
      { path: ["packs", "opsbro"], value: "/nowhere" },
    ]);
  });
});
