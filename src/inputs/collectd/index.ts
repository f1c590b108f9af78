// collectd's network protocol: what its network plugin sends, plain, signed and encrypted.
import { defineListener } from "../listener.ts";
import { collectdConfig } from "./config.ts";

export const collectd = defineListener({
  name: "collectd",
  summary: "Takes values and notifications from collectd's network plugin over UDP.",
  config: collectdConfig,
  load: async () => (await import("./collectd.ts")).startCollectd,
});
