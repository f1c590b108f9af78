// What this node is: detectors, what they found, the groups (contract opsbro §3, §12.4).
import type { LocalChecks } from "../../checks/index.ts";
import { olderRefusal, refusedAsOlder } from "../older-refusal.ts";
import { defineRoute, type Route } from "../route.ts";

export interface DetectorsNeeds {
  readonly local: Pick<LocalChecks, "detectors" | "lookNow" | "groups">;
}

type Report = ReturnType<LocalChecks["detectors"]>[number];

function shownDetector({ finding, ...plan }: Report) {
  return {
    ...{ name: plan.name, id: plan.id, pack_name: plan.packName, pack_level: plan.packLevel },
    ...{ from: plan.place, interval: `${plan.everyMs / 1000}s`, apply_if: plan.applyIf },
    ...{ add_groups: plan.groups, notes: plan.notes, matched: finding?.matched ?? null },
    ...{ current_groups: finding?.groups ?? [], fault: finding?.fault ?? "" },
  };
}

const shape = { 200: { description: "In the older system's shape." } };

export const detectors = defineRoute({
  method: "GET",
  path: "/agent/detectors",
  summary: "Lists the detectors and what each found last.",
  role: "read",
  answers: shape,
  handle: (_input: undefined, { local }: DetectorsNeeds) => ({
    status: 200,
    json: local.detectors().map(shownDetector),
  }),
});

export const detectorsState = defineRoute({
  method: "GET",
  path: "/agent/detectors/state",
  summary: "The groups that detectors gave this node.",
  role: "read",
  answers: shape,
  handle: (_input: undefined, { local }: DetectorsNeeds) => ({ status: 200, json: local.groups.detected }),
});

/** Looking now may change groups, and it runs what the detectors say. */
const running = (path: string): Route<DetectorsNeeds> =>
  defineRoute({
    ...{ method: "GET", path, role: "operate", changes: true, refuse: refusedAsOlder },
    answers: { ...shape, ...olderRefusal },
    summary: "Lets detectors look now: all of them, or those of a name.",
    async handle(_input: undefined, { local }: DetectorsNeeds, { params }) {
      const before = new Set(local.groups.all);
      const reports = await local.lookNow(params["*"]);
      const answers = reports.map(({ name, finding }) => {
        const groups = finding?.groups ?? [];
        return [
          name,
          {
            matched: finding?.matched ?? false,
            groups,
            new_groups: groups.filter((one) => !before.has(one)),
          },
        ];
      });
      return { status: 200, json: Object.fromEntries(answers) as unknown };
    },
  });

export const detectorsRun = [running("/agent/detectors/run"), running("/agent/detectors/run/*")];

const editing = (verb: "add" | "remove"): Route<DetectorsNeeds> =>
  defineRoute({
    ...{ method: "GET", role: "admin", changes: true, refuse: refusedAsOlder },
    path: `/agent/parameters/${verb}/groups/:group`,
    summary: verb === "add" ? "Gives this node a group, until the agent ends." : "Takes such a group away.",
    answers: { 200: { description: "Whether that changed anything." }, ...olderRefusal },
    handle: (_input: undefined, { local }: DetectorsNeeds, { params }) => ({
      status: 200,
      json: local.groups[verb](params["group"] ?? ""),
    }),
  });

export const groupEditing = [editing("add"), editing("remove")];
