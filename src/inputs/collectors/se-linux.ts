// Collector `selinux`: whether the kernel holds processes to a policy (contract opsbro §4.2).
import * as z from "zod";
import { defineCollector, type NotEligible } from "../collector.ts";

interface PolicySample {
  readonly mode: "enforcing" | "permissive" | "disabled";
}

export const seLinux = defineCollector({
  name: "selinux",
  summary: "Whether SELinux is on, and whether it forbids or only reports.",
  everyMs: 60_000,
  config: z.strictObject({}),
  leaves: {},
  async read(_config, { host }): Promise<PolicySample | NotEligible> {
    const enforce = await host.text("/sys/fs/selinux/enforce");
    if (enforce !== undefined) return { mode: enforce.trim() === "1" ? "enforcing" : "permissive" };
    const configured = await host.text("/etc/selinux/config");
    return configured === undefined ? { notEligible: "this host has no SELinux" } : { mode: "disabled" };
  },
  measure: ({ mode }) => ({ enabled: mode !== "disabled", mode }),
});
