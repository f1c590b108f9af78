// The command line with streams that are kept and stand-ins for the agent, for tests.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import * as z from "zod";
import { type CliNeeds, runCli } from "../../src/cli/index.ts";

export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type CliStandIns = Partial<Omit<CliNeeds, "argv" | "stdin">> & {
  readonly input?: string;
  readonly tty?: boolean;
  readonly columns?: number;
};

/** One run; the environment is empty unless given, so that the machine's own changes nothing. */
export async function run(argv: readonly string[], given: CliStandIns = {}): Promise<Ran> {
  const { input = "", tty = false, columns = 100, ...needs } = given;
  const written = { stdout: "", stderr: "" };
  const output = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
    isTTY: tty,
    columns,
  });
  const exit = await runCli({
    calledPath: "/usr/bin/yagura",
    mainFile: "/usr/lib/yagura/dist/main.js",
    argv,
    environment: {},
    stdin: Readable.from([Buffer.from(input)]),
    stdout: output("stdout"),
    stderr: output("stderr"),
    version: "1.2.3",
    sections: async () => [
      { key: "api", schema: apiSection },
      { key: "inputs", schema: inputsSection },
      { key: "access", schema: accessSection },
      { key: "programs", schema: programsSection },
    ],
    startAgent: async () => idleAgent,
    serveUntilStopped: async () => 0,
    measure: async () => ({ reports: [], programs: [] }),
    createCertificate: async () => ({ certificate: "", key: "" }),
    ...needs,
  });
  return { exit, ...written };
}

const accessSection = z.strictObject({ defaults: z.string().optional() }).prefault({});
const programsSection = z
  .strictObject({ paths: z.array(z.string()).optional(), at_once: z.number().optional() })
  .prefault({});

const apiSection = z
  .strictObject({
    listen: z.string().default("127.0.0.1:6777"),
    port: z.int().optional(),
    allow: z.array(z.string()).default([]),
    key: z.string().meta({ secret: true }).optional(),
  })
  .prefault({});

const inputsSection = z
  .strictObject({ collectors: z.strictObject({ every: z.string().default("10s") }).prefault({}) })
  .prefault({});

export const idleAgent = {
  addresses: [],
  fingerprint: "00".repeat(32),
  socketPath: "/nonexistent/agent.sock",
  reload() {},
  async stop() {},
};

export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  /** SHA-256 of the DER form, hexadecimal with colons, as openssl prints it. */
  readonly fingerprint: string;
}

/** A self-signed certificate for 127.0.0.1, localhost and `manage.example`, made by openssl. */
export function makeCertificate(directory: string): TestCertificate {
  const [certFile, keyFile] = [join(directory, "test.pem"), join(directory, "test.key")];
  const names = "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:manage.example";
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=yagura test"],
      ...["-addext", names, "-keyout", keyFile, "-out", certFile],
    ],
    { stdio: "ignore" },
  );
  const printed = execFileSync("openssl", ["x509", "-in", certFile, "-noout", "-fingerprint", "-sha256"]);
  const fingerprint = printed.toString().trim().split("=")[1] ?? "";
  return { cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8"), certFile, fingerprint };
}
