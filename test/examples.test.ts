// Every example is a configuration that the agent would start from.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sections } from "../src/agent-config.ts";
import { loadConfig } from "../src/config/index.ts";

const directory = join(import.meta.dirname, "../examples");

describe("the example", () => {
  it.each(readdirSync(directory))("%s loads", (name) => {
    const environment = { INVENTORY_TOKEN: "a-token-of-some-length" };
    const loaded = loadConfig({ sections, file: join(directory, name), environment, overlays: [] });
    expect(loaded.origins.size).toBeGreaterThan(0);
  });
});
