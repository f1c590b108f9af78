// Times in which nobody is told: their list, a new one, one that is taken away.
import type { LocalChecks } from "../../checks/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { doneAnswer, downtimeBody, downtimeReport, downtimesAnswer } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

export interface DowntimesNeeds {
  readonly clock: Clock;
  readonly local: Pick<LocalChecks, "quiet">;
}

type QuietTime = LocalChecks["quiet"]["all"][number];

export const downtimes = defineRoute({
  method: "GET",
  path: "/downtimes",
  summary: "Lists downtimes and silences.",
  role: "read",
  answers: { 200: { description: "In the order of their making.", schema: downtimesAnswer } },
  handle: (_input: undefined, { local }: DowntimesNeeds) => ({
    status: 200,
    json: { downtimes: local.quiet.all.map(shownQuiet) },
  }),
});

export const downtimeAdd = defineRoute({
  method: "POST",
  path: "/downtimes",
  summary: "Keeps handlers from being told of some checks, for a time.",
  role: "operate",
  input: downtimeBody,
  answers: {
    200: { description: "It was taken, and is on disk where the disk takes it.", schema: downtimeReport },
    400: { description: "It makes no sense." },
  },
  async handle({ kind, checks, from, until, author, comment }, { clock, local }: DowntimesNeeds, { caller }) {
    const fromMs = from === undefined ? clock.now() : from * 1000;
    const by = author === "" ? caller.name : author;
    const quiet = await local.quiet.add({ kind, checks, fromMs, untilMs: until * 1000, author: by, comment });
    return { status: 200, json: shownQuiet(quiet) };
  },
});

export const downtimeRemove = defineRoute({
  method: "DELETE",
  path: "/downtimes/:id",
  summary: "Takes a downtime or a silence away.",
  role: "operate",
  answers: {
    200: { description: "It is gone.", schema: doneAnswer },
    404: { description: "There is no such one." },
  },
  async handle(_input: undefined, { local }: DowntimesNeeds, { params }) {
    const done = await local.quiet.remove(params["id"] ?? "");
    return { status: done ? 200 : 404, json: { done } };
  },
});

function shownQuiet({ fromMs, untilMs, ...quiet }: QuietTime) {
  return { ...quiet, from: fromMs / 1000, until: untilMs / 1000 };
}
