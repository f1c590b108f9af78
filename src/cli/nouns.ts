// What the first words of two-word commands are about.

const subjects: Readonly<Record<string, string>> = {
  agent: "the agent of this host",
  config: "the configuration",
  commands: "what an agent may be asked",
  certificate: "certificates",
  inputs: "where metrics come from",
  outputs: "where metrics are shipped to",
  series: "what is measured, one by one",
  events: "what happens on a host",
  checks: "the checks of a host",
};

export function nounSummary(noun: string): string {
  return `Commands about ${subjects[noun] ?? noun}.`;
}
