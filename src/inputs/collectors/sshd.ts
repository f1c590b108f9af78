// Collector `sshd`: the public keys by which this host is known (contract opsbro §4.2).
import * as z from "zod";
import { columnsOf } from "../../formats/proc/columns.ts";
import { path } from "../../kernel/schema.ts";
import { defineCollector, type NotEligible } from "../collector.ts";

const kinds = ["rsa", "dsa", "ecdsa", "ed25519"];

interface KeysSample {
  readonly keys: ReadonlyMap<string, string>;
}

export const sshd = defineCollector({
  name: "sshd",
  summary: "Public keys of the host's SSH server.",
  everyMs: 3_600_000,
  config: z.strictObject({
    directory: path().default("/etc/ssh").describe("Directory of the server's keys."),
  }),
  leaves: {},
  async read({ directory }, { host }): Promise<KeysSample | NotEligible> {
    const keys = new Map<string, string>();
    for (const kind of kinds) {
      const text = (await host.text(`${directory}/ssh_host_${kind}_key.pub`)) ?? "";
      const [, key] = columnsOf(text.split("\n", 1)[0] ?? "");
      if (key !== undefined) keys.set(`host_${kind}_key_pub`, key);
    }
    return keys.size > 0 ? { keys } : { notEligible: `there are no host keys in ${directory}` };
  },
  measure: ({ keys }) => Object.fromEntries(keys),
});
