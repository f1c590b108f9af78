// What the first words of two-word commands are about.

const subjects: Readonly<Record<string, string>> = {
  agent: "the agent of this host",
  config: "the configuration",
  commands: "what an agent may be asked",
  certificate: "certificates",
  inputs: "where metrics come from",
  names: "the names that the program is called by",
  outputs: "where metrics are shipped to",
  series: "what is measured, one by one",
  events: "what happens on a host",
  checks: "the checks of a host",
  "agent parameters": "the main file of a configuration directory of opsbro",
  api: "what can be asked over HTTP",
  collectors: "what measures the host",
  compliance: "what a host should be like",
  dashboards: "pages of figures for the terminal",
  detectors: "what finds out the groups of a host",
  docker: "the containers of a host",
  downtimes: "times in which nobody is told",
  evaluator: "the expression language",
  handlers: "who tells people",
  monitoring: "how a host is",
  packs: "what brings checks, detectors and the like",
  "packs parameters": "the values that packs are given",
};

export function nounSummary(noun: string): string {
  return `Commands about ${subjects[noun] ?? noun}.`;
}
