// Graphite's plaintext protocol: what everything that has ever sent to carbon speaks.
import { defineListener } from "../listener.ts";
import { graphiteConfig } from "./config.ts";

export const graphite = defineListener({
  name: "graphite",
  summary: "Takes Graphite's plaintext lines, with and without tags, over TCP, UDP and a unix socket.",
  config: graphiteConfig,
  load: async () => (await import("./graphite.ts")).startGraphite,
});
