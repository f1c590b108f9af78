// What the command line is given: its words, its streams, and the few things that only the whole program can do.
import type { LoadedConfig, Section } from "../config/index.ts";
import type { Places } from "./places.ts";

export interface Output {
  write(text: string): void;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** A running agent, as far as the command line knows it. */
export interface AgentHandle {
  /** `host:port` of each open listener. */
  readonly addresses: readonly string[];
  /** SHA-256 of the certificate's DER form, in hexadecimal. */
  readonly fingerprint: string;
  readonly socketPath: string;
  /** Reopens the log, as after its rotation. */
  reload(): void;
  stop(): Promise<void>;
}

/** What one round of measuring found. */
export interface MeasuredRound {
  readonly reports: readonly {
    readonly name: string;
    readonly state: "PENDING" | "RUNNING" | "OK" | "NOT-ELIGIBLE" | "ERROR" | "DISABLED";
    readonly log: string;
    readonly results: Readonly<Record<string, unknown>> | undefined;
    readonly metrics: number;
    readonly tookMs: number;
  }[];
  readonly programs: readonly {
    readonly host: string;
    readonly metrics: readonly { readonly name: string; readonly value: number }[];
  }[];
}

export interface CertificateWish {
  readonly commonName: string;
  /** Host names and addresses that the certificate is good for. */
  readonly names: readonly string[];
  readonly days: number;
}

export interface CliNeeds {
  /** The path by which the program was called; its last part may be the name of an older system. */
  readonly calledPath: string;
  /** The file that runs, without links. */
  readonly mainFile: string;
  /** Without node and the script. */
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly version: string;
  /** The configuration's sections; asked for only by commands that read configuration. */
  sections(): Promise<readonly Section[]>;
  /** Starts the agent from a loaded configuration. */
  startAgent(loaded: LoadedConfig, places: Places, options: { demo?: boolean }): Promise<AgentHandle>;
  /** One round of all collectors and metric programs, without a daemon. */
  measure(loaded: LoadedConfig, places: Places): Promise<MeasuredRound>;
  /** Resolves with the exit code when the process was told to stop and the agent has stopped. */
  serveUntilStopped(agent: AgentHandle, options: { cpuProfile?: string }): Promise<number>;
  /** Makes a self-signed certificate; both texts are PEM. */
  createCertificate(wish: CertificateWish): Promise<{ certificate: string; key: string }>;
}
