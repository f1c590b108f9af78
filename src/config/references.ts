// `${env:NAME}`, `${file:PATH}` and `${cred:NAME}` in one text.
import { resolve } from "node:path";
import { reasonOf } from "../kernel/errors.ts";
import { readCredentialFile, readingReason, readPrivateFile } from "./read-limited.ts";

const maxValueBytes = 1024 ** 2;

export interface ReferenceSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `${file:…}` is relative to it. */
  readonly directory: string;
}

/** The text with every reference filled in (`$${` is a literal `${`), or the first thing that is wrong. */
export function fillIn(text: string, sources: ReferenceSources): { text: string } | { wrong: string } {
  try {
    const filled = text.replace(/\$\$\{|\$\{([^}]*)\}?/g, (whole, reference: string | undefined) =>
      whole === "$${" ? "${" : lookUp(whole.endsWith("}") ? reference : undefined, sources),
    );
    return { text: filled };
  } catch (error) {
    return { wrong: reasonOf(error) };
  }
}

function lookUp(reference: string | undefined, sources: ReferenceSources): string {
  const match = /^(env|file|cred):(.+)$/s.exec(reference ?? "");
  const [, kind, name] = match ?? [];
  if (kind === "env" && name !== undefined) return environmentValue(name, sources);
  if (kind === "file" && name !== undefined) return fileValue(name, sources);
  if (kind === "cred" && name !== undefined) return credentialValue(name, sources);
  // The text itself may be a secret and is not repeated.
  const forms = ["env:NAME", "file:PATH", "cred:NAME"].map((form) => `\${${form}}`);
  throw new Error(`expected ${forms.join(", ")}; write $\${ for a literal \${`);
}

function environmentValue(name: string, { environment }: ReferenceSources): string {
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (value === undefined) throw new Error(`the variable ${name} is not set`);
  return value;
}

function fileValue(path: string, { directory }: ReferenceSources): string {
  const absolute = resolve(directory, path);
  return readValue(absolute, () => readPrivateFile(absolute, maxValueBytes));
}

/** Credentials of systemd (systemd.exec(5), CREDENTIALS). */
function credentialValue(name: string, sources: ReferenceSources): string {
  const directory = environmentValue("CREDENTIALS_DIRECTORY", sources);
  if (name.includes("/") || name === ".." || name === ".") {
    throw new Error(`the credential ${JSON.stringify(name)} must be a name without a slash`);
  }
  const path = resolve(directory, name);
  return readValue(path, () => readCredentialFile(path, maxValueBytes));
}

/** Editors and `echo` end a file with a newline that is no part of the value. */
function readValue(path: string, read: () => Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(read()).replace(/\r?\n$/, "");
  } catch (error) {
    throw new Error(`cannot read ${path}: ${readingReason(error)}`, { cause: error });
  }
}
