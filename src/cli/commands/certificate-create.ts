// `yagura certificate create`: a self-signed certificate and its key, to be pinned by clients.
import { X509Certificate } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { reasonOf } from "../../kernel/errors.ts";
import { fingerprintOf } from "../../transports/http-client.ts";
import { defineCommand } from "../command.ts";
import { integerOf, isOn, listOf, textOf } from "../option-values.ts";
import { wrongUsage } from "../wrong-usage.ts";

const mostDays = 36_500;

export const command = defineCommand({
  name: "certificate create",
  summary: "Make a self-signed certificate and its key.",
  options: [
    {
      name: "name",
      kind: "list",
      value: "HOST",
      help: "host name or address it is good for; may be repeated (default: this host's name)",
    },
    { name: "days", kind: "integer", default: "3650", help: "days until it ends" },
    { name: "out", kind: "text", value: "DIR", help: "where server.pem and server.key go (required)" },
    { name: "force", kind: "boolean", help: "overwrite files that are there" },
  ],
  examples: [
    "yagura certificate create --out /etc/yagura",
    "yagura certificate create --name web1.example --name 10.0.0.5 --days 825 --out .",
  ],
  async run({ options }, needs) {
    const directory = textOf(options, "out") ?? wrongUsage("--out DIR is missing");
    const days = integerOf(options, "days") ?? 0;
    if (days < 1 || days > mostDays) return wrongUsage(`--days must be between 1 and ${mostDays}`);
    const [certificatePath, keyPath] = [join(directory, "server.pem"), join(directory, "server.key")];
    const refuse = (reason: string) => {
      needs.stderr.write(`yagura: ${reason}\n`);
      return 1;
    };
    const taken = [certificatePath, keyPath].find((path) => existsSync(path));
    if (taken !== undefined && !isOn(options, "force"))
      return refuse(`${taken} is there already; --force overwrites it`);
    const given = listOf(options, "name");
    const names = given.length > 0 ? given : [hostname()];
    const made = await needs.createCertificate({ commonName: names[0] ?? hostname(), names, days });
    try {
      mkdirSync(directory, { recursive: true });
      replaceAll([
        { path: keyPath, text: made.key, mode: 0o600 },
        { path: certificatePath, text: made.certificate, mode: 0o644 },
      ]);
    } catch (thrown) {
      return refuse(`cannot write to ${directory}: ${reasonOf(thrown)}`);
    }
    needs.stdout.write(`${fingerprintOf(new X509Certificate(made.certificate).raw)}\n`);
    needs.stderr.write(`${certificatePath} and ${keyPath} are written; above is the SHA-256 fingerprint\n`);
    return 0;
  },
});

interface Wanted {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** Each file appears whole and with its mode from the first moment, whatever stood in its place. */
function replaceAll(files: readonly Wanted[]): void {
  for (const { path, text, mode } of files) {
    rmSync(`${path}.new`, { force: true });
    writeFileSync(`${path}.new`, text, { flag: "wx", mode });
    chmodSync(`${path}.new`, mode);
  }
  for (const { path } of files) renameSync(`${path}.new`, path);
}
