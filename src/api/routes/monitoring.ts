// Checks and services in the older system's shapes (contract opsbro §5.4, §5.5, §12.4).

import * as z from "zod";
import type { CheckReport, LocalChecks } from "../../checks/index.ts";
import { stateIdOf } from "../../event/index.ts";
import type { Caller } from "../access/caller.ts";
import { doneAnswer } from "../contract/index.ts";
import { olderRefusal, refusedAsOlder } from "../older-refusal.ts";
import { defineRoute, type Route } from "../route.ts";

export interface MonitoringNeeds {
  readonly local: Pick<LocalChecks, "reports" | "services" | "define" | "forget">;
  /** 40 hexadecimal digits. */
  readonly uuid: string;
  readonly hostname: string;
}

type Service = ReturnType<LocalChecks["services"]>[number];

const none = { status: 404, json: { error: "there is none of that name" } };
const found = (json: unknown) => (json === undefined ? none : { status: 200, json });
const shape = { 200: { description: "In the older system's shape." } };
const orNone = { ...shape, 404: { description: "There is none of that name on this node." } };

/** Keys that somebody gave a check or a service for itself: among them are passwords, and readers need none of them. */
type Extent = "own keys too" | "without own keys";

const extentFor = ({ roles }: Caller): Extent => (roles.has("operate") ? "own keys too" : "without own keys");

/** The check, and for operators all that it was given; times are Unix seconds. */
function olderCheck({ plan, ...report }: CheckReport, extent: Extent): Readonly<Record<string, unknown>> {
  return {
    ...(extent === "own keys too" ? { ...plan.extra, ...plan.given } : {}),
    ...{ id: plan.id, name: plan.name, display_name: plan.displayName, notes: plan.notes },
    ...{ pack_name: plan.packName, pack_level: plan.packLevel, from: plan.place },
    ...{ interval: `${plan.everyMs / 1000}s`, if_group: plan.group ?? "*" },
    ...{ last_check: Math.floor(report.lastCheckMs / 1000), output: report.output },
    ...{ state: report.state, state_id: stateIdOf(report.state) },
    ...{ old_state: report.oldState, old_state_id: stateIdOf(report.oldState) },
    ...(plan.service === undefined ? {} : { service: plan.service }),
  };
}

function olderService(
  { extra, group, state, ...service }: Service,
  extent: Extent,
): Readonly<Record<string, unknown>> {
  return {
    ...(extent === "own keys too" ? extra : {}),
    ...{ name: service.name, if_group: group ?? "*", notes: service.notes },
    ...{ pack_name: service.packName, pack_level: service.packLevel },
    ...{ state, state_id: stateIdOf(state) },
  };
}

const checksOf = ({ local }: MonitoringNeeds, extent: Extent) =>
  Object.fromEntries(local.reports().map((report) => [report.plan.id, olderCheck(report, extent)]));
const servicesOf = ({ local }: MonitoringNeeds, extent: Extent) =>
  Object.fromEntries(local.services().map((service) => [service.name, olderService(service, extent)]));
const everything = (needs: MonitoringNeeds, extent: Extent) => ({
  checks: checksOf(needs, extent),
  services: servicesOf(needs, extent),
});
const own = <Value>(map: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;

/** How many nodes pass; this node is the only one that is known of. */
function passing(service: Service, { uuid }: MonitoringNeeds) {
  const isPassing = service.state === "ok";
  const [members, nobody] = [[uuid], []];
  return {
    ...{ members, passing: isPassing ? 1 : 0, "passing-members": isPassing ? members : nobody },
    ...{ failing: isPassing ? 0 : 1, "failing-members": isPassing ? nobody : members },
  };
}

interface Asking {
  readonly paths: readonly string[];
  readonly summary: string;
  readonly answers: Route<MonitoringNeeds>["answers"];
  readonly ask: (
    needs: MonitoringNeeds,
    about: { readonly name: string; readonly extent: Extent },
  ) => unknown;
}

function asked({ paths, summary, answers, ask }: Asking): Route<MonitoringNeeds>[] {
  return paths.map((path) =>
    defineRoute({
      ...{ method: "GET", path, summary, role: "read", answers },
      handle: (_input: undefined, needs: MonitoringNeeds, { caller, params }) =>
        found(ask(needs, { name: params["*"] ?? params["name"] ?? "", extent: extentFor(caller) })),
    }),
  );
}

const definition = z.looseObject({}).describe("The object's keys, as in a file.");

/** Writing what runs on this host is for administrators (contract opsbro §12.4). */
function defining(kind: "check" | "service"): Route<MonitoringNeeds>[] {
  const path = `/monitoring/${kind}s/:name`;
  return [
    defineRoute({
      ...{ method: "PUT", path, role: "admin", input: definition, refuse: refusedAsOlder },
      summary: `Defines a ${kind}, which begins at once and is kept.`,
      answers: {
        200: { description: "It is at work.", schema: doneAnswer },
        400: { description: "The name or the object cannot be used." },
        ...olderRefusal,
      },
      async handle({ apikey: _, ...body }, { local }: MonitoringNeeds, { params }) {
        await local.define(kind, params["name"] ?? "", body);
        return { status: 200, json: { done: true } };
      },
    }),
    defineRoute({
      ...{ method: "DELETE", path, role: "admin", refuse: refusedAsOlder },
      summary: `Takes a ${kind} away that was defined so.`,
      answers: {
        200: { description: "It is gone.", schema: doneAnswer },
        404: { description: "None of that name was defined so.", schema: doneAnswer },
        ...olderRefusal,
      },
      async handle(_input: undefined, { local }: MonitoringNeeds, { params }) {
        const done = await local.forget(kind, params["name"] ?? "");
        return { status: done ? 200 : 404, json: { done } };
      },
    }),
  ];
}

export const monitoring: readonly Route<MonitoringNeeds>[] = [
  ...defining("check"),
  ...defining("service"),
  ...asked({
    paths: ["/monitoring/state"],
    summary: "Checks and services of this node.",
    answers: shape,
    ask: (needs, { extent }) => everything(needs, extent),
  }),
  ...asked({
    paths: ["/monitoring/state/:name", "/agent/state/:name"],
    summary: "Checks and services of a node, by its uuid.",
    answers: orNone,
    ask: (needs, { extent, name }) => (name === needs.uuid ? everything(needs, extent) : undefined),
  }),
  ...asked({
    paths: ["/monitoring/checks", "/agent/checks"],
    summary: "Checks that are at work, by their identities.",
    answers: shape,
    ask: (needs, { extent }) => checksOf(needs, extent),
  }),
  ...asked({
    paths: ["/monitoring/checks/*", "/agent/checks/*"],
    summary: "One check, by its identity.",
    answers: orNone,
    ask: (needs, { extent, name }) => own(checksOf(needs, extent), name),
  }),
  ...asked({
    paths: ["/monitoring/services", "/agent/services"],
    summary: "Services that this node offers.",
    answers: shape,
    ask: (needs, { extent }) => servicesOf(needs, extent),
  }),
  ...asked({
    paths: ["/monitoring/services/:name", "/agent/services/:name"],
    summary: "One service, by its name.",
    answers: orNone,
    ask: (needs, { extent, name }) => own(servicesOf(needs, extent), name),
  }),
  ...asked({
    paths: ["/state/services"],
    summary: "For each service who offers it, and who passes its check.",
    answers: shape,
    ask: (needs) =>
      Object.fromEntries(needs.local.services().map((service) => [service.name, passing(service, needs)])),
  }),
  ...asked({
    paths: ["/state/services/:name"],
    summary: "Who offers a service, and who passes its check.",
    answers: orNone,
    ask(needs, { name }) {
      const service = needs.local.services().find((one) => one.name === name);
      return service === undefined ? undefined : passing(service, needs);
    },
  }),
];
