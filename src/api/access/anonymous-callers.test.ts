// What those may do who show nothing: by where they come from, and by what the operator said of them.
import { expect, it } from "vitest";
import { type Anonymous, anonymousCallers } from "./anonymous-callers.ts";
import { accessConfig } from "./config.ts";

/** `roles programs` of each, the owner's unix socket apart. */
function told(settings: object): Record<keyof Anonymous, string> {
  const callers = anonymousCallers(accessConfig.parse(settings));
  const entries = Object.entries(callers).map(([standing, { roles, programs }]) => [
    standing,
    roles.size === 0 ? "nothing" : `${[...roles].join(",")} ${String(programs)}`,
  ]);
  return Object.fromEntries(entries) as Record<keyof Anonymous, string>;
}

const known = [{ name: "x", token: "t", roles: ["read"] }];
const older = "read,check,inventory,metrics,push";
const nothing = { host: "nothing", "agent-user": "nothing", "local-user": "nothing", unknown: "nothing" };

it.each([
  [
    {},
    {
      host: `${older} connecting`,
      "agent-user": "read,push,check harmless",
      "local-user": "read,push harmless",
      unknown: "nothing",
    },
  ],
  [
    { defaults: "happo" },
    {
      host: `${older} any`,
      "agent-user": `${older} any`,
      "local-user": "read,push,check harmless",
      unknown: "nothing",
    },
  ],
  [{ callers: known }, nothing],
  [{ callers: known, defaults: "happo" }, nothing],
  [
    { callers: known, anonymous: ["read"] },
    {
      host: "read connecting",
      "agent-user": "read harmless",
      "local-user": "read harmless",
      unknown: "nothing",
    },
  ],
  [
    { anonymous: ["check", "admin"] },
    {
      host: "check,admin,read,push,inventory,metrics,operate connecting",
      "agent-user": "check,admin,read,push,inventory,metrics,operate harmless",
      "local-user": "read,push harmless",
      unknown: "nothing",
    },
  ],
  [
    { callers: known, local_users: ["check"] },
    { ...nothing, "local-user": "check harmless" },
  ],
  [
    { callers: known, local_users: ["check"], defaults: "happo" },
    { ...nothing, "local-user": "check any" },
  ],
])("%j", (settings, expected) => {
  expect(told(settings)).toEqual(expected);
});

it("tells users of this host, and whoever is not told from them, from hosts", () => {
  const callers = anonymousCallers(accessConfig.parse({}));
  expect([callers.unknown.isOfThisHost, callers["local-user"].isOfThisHost]).toEqual([true, true]);
  expect(callers.host.isOfThisHost ?? false).toBe(false);
  const given = anonymousCallers(accessConfig.parse({ local_users: ["read"] }));
  expect(given["local-user"]).toMatchObject({ isOfThisHost: true, name: "local user", isAnonymous: true });
  for (const { isAnonymous, user } of Object.values(callers))
    expect([isAnonymous, user]).toEqual([true, undefined]);
});
