// The command line's face: one function that runs a command, and what it must be given.
export type { AgentHandle, CertificateWish, CliNeeds, Output } from "./cli-needs.ts";
export { type Places, placesOf } from "./places.ts";
export { runCli } from "./run-cli.ts";
