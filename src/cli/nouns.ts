// What the first words of two-word commands are about.

const subjects: Readonly<Record<string, string>> = {
  agent: "the agent of this host",
  config: "the configuration",
  commands: "what an agent may be asked",
  certificate: "certificates",
};

export function nounSummary(noun: string): string {
  return `Commands about ${subjects[noun] ?? noun}.`;
}
