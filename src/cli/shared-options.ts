// Options that mean the same in several commands.
import { readFileSync } from "node:fs";
import { AgentError, reasonOf } from "../kernel/errors.ts";
import type { CommandOption, OptionValues } from "./command.ts";
import { textOf } from "./option-values.ts";

export const homeOption: CommandOption = {
  name: "home",
  kind: "text",
  value: "DIR",
  help: "the agent's private directory; also YAGURA_HOME",
};

export const opsbroOption: CommandOption = {
  name: "cfg-dir",
  kind: "text",
  value: "DIR",
  help: "read a configuration directory of opsbro beside the configuration",
};

export const configOption: CommandOption = {
  name: "config",
  kind: "text",
  value: "FILE",
  help: "the configuration; without it the one in its usual place",
};

export const jsonOption: CommandOption = { name: "json", kind: "boolean", help: "print JSON for scripts" };

/** Who the caller is, and whom it believes. */
export const trustOptions: readonly CommandOption[] = [
  {
    name: "token",
    kind: "text",
    value: "TOKEN",
    help: "token to send; other users of this host can see it, so prefer a file",
  },
  { name: "token-file", kind: "text", value: "FILE", help: "file with the token" },
  { name: "ca", kind: "text", value: "FILE", help: "check the certificate against these authorities (PEM)" },
  { name: "pin", kind: "text", value: "SHA256", help: "accept only the certificate with this fingerprint" },
];

export interface Credentials {
  readonly token: string | undefined;
  readonly ca: string | undefined;
  readonly pin: string | undefined;
}

/** Reads the files that `trustOptions` name. Throws `usage.wrong` when one cannot be read or the pin is none. */
export function credentialsOf(options: OptionValues): Credentials {
  const pin = textOf(options, "pin");
  if (pin !== undefined && !/^(sha256[:/])?([0-9a-f]{2}:?){32}$/i.test(pin))
    throw new AgentError("usage.wrong", {
      reason: "-pin is not a SHA-256 fingerprint of 64 hexadecimal digits",
    });
  const tokenFile = textOf(options, "token-file");
  const caFile = textOf(options, "ca");
  return {
    token: tokenFile === undefined ? textOf(options, "token") : readText("token", tokenFile).trim(),
    ca: caFile === undefined ? undefined : readText("authorities", caFile),
    pin,
  };
}

function readText(what: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    const reason = `cannot read the ${what} ${path}: ${reasonOf(thrown)}`;
    throw new AgentError("usage.wrong", { reason, cause: thrown });
  }
}
