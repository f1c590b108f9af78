// Answers in the older system's shapes (contract opsbro §12.4), as far as the commands print them.
import * as z from "zod";

const text = z.string();
const texts = z.array(z.string());
const counts = z.record(z.string(), z.number());

export const monitoringState = z.object({
  checks: z.record(
    z.string(),
    z.looseObject({ id: text, display_name: text, pack_name: text, state: text, output: text }),
  ),
  services: z.record(z.string(), z.looseObject({ name: text, state: text })),
});

const historyOf = <Entry extends z.ZodType>(entry: Entry) =>
  z.array(z.looseObject({ date: z.number(), entries: z.array(entry) }));

export const checkHistory = historyOf(
  z.looseObject({ id: text, state: text, old_state: text, output: text }),
);
export const groupHistory = historyOf(z.looseObject({ type: text, name: text }));
export const collectorHistory = historyOf(
  z.looseObject({ name: text, old_state: text, state: text, log: text }),
);
const infos = z.array(z.looseObject({ state: text, text }));
export const complianceHistory = historyOf(
  z.looseObject({ name: text, rule: text, old_state: text, state: text, infos }),
);

export const detectorList = z.array(
  z.looseObject({
    ...{ name: text, pack_name: text, apply_if: text, add_groups: texts },
    ...{ matched: z.boolean().nullable(), fault: text },
  }),
);
export const groupList = texts;
export const detectorRun = z.record(
  z.string(),
  z.looseObject({ matched: z.boolean(), groups: texts, new_groups: texts }),
);

export const functionList = z.array(
  z.looseObject({ name: text, aliases: texts, group: text, prototype: text, doc: text }),
);

export const agentState = text;

const lines = z.looseObject({ count: z.number(), lines: texts });
export const agentInfo = z.looseObject({
  ...{ agent_state: text, version: text, pid: z.number(), socket: text, uuid: text, name: text },
  ...{ display_name: text, local_addr: text, public_addr: text, zone: text, hosting_driver: text },
  groups: texts,
  collectors: z.record(z.string(), z.looseObject({ state: text, log: text })),
  ...{ monitoring: counts, compliance: counts },
  ...{ memory_consumption: z.number(), cpu_consumption: z.number() },
  logs: z.looseObject({ errors: lines, warnings: lines }),
});

export const complianceReport = z.looseObject({
  ...{ name: text, kind: text, state: text, mode: text, enforced: z.boolean() },
  ...{ pack_name: text, is_running: z.boolean(), current_step: text },
  rules: z.array(z.looseObject({ name: text, type: text, state: text, infos })),
});
export const complianceReports = z.array(complianceReport);

export const handlerTest = z.looseObject({ outcome: text, text });

export const dashboardList = z.array(z.looseObject({ name: text, title: text, pack: text, level: text }));

export const routeList = z.array(
  z.looseObject({
    ...{ method: text, path: text, description: text },
    ...{ role: text.nullable(), protected: z.boolean() },
  }),
);

export type MonitoringState = z.output<typeof monitoringState>;
export type AgentInfo = z.output<typeof agentInfo>;
export type ComplianceReport = z.output<typeof complianceReport>;
