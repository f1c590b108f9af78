// Which variables a program sees: what is the agent's own stays the agent's own.
import { expect, it } from "vitest";
import { systemPath } from "./catalogue.ts";
import { programsConfig } from "./config.ts";
import { programEnvironment } from "./program-environment.ts";

const account = { name: "nagios", home: "/home/nagios" };
const environmentOf = (settings: object, variables = {}) =>
  programEnvironment(programsConfig.parse(settings), variables);
const least = { PATH: systemPath, LANG: "C", HOME: "/home/nagios", USER: "nagios" };
const given = {
  ...{ HOME: "/opt", PATH: "/opt/bin", SITE: "kyoto", LISTENER: "mine", NOTHING: undefined },
  ...{ YAGURA_TOKEN: "x", NOTIFY_SOCKET: "x", LISTEN_FDS: "1", WATCHDOG_USEC: "1" },
  ...{ CREDENTIALS_DIRECTORY: "x", JOURNAL_STREAM: "x" },
};

it("is clean unless the operator wants more", () => {
  expect(environmentOf({}, given)(account)).toEqual(least);
  expect(environmentOf({ environment: { SITE: "tokyo", LANG: "ja" } }, given)(account)).toEqual({
    ...least,
    ...{ SITE: "tokyo", LANG: "ja" },
  });
});

it("has what the agent was given, but for what is meant for the agent alone", () => {
  const inherited = { HOME: "/opt", PATH: "/opt/bin", SITE: "kyoto", LISTENER: "mine" };
  const settings = { inherit_environment: true };
  expect(environmentOf(settings, given)(account)).toEqual({ ...least, ...inherited });
  // Another user has a home of its own.
  expect(environmentOf({ ...settings, user: "nagios" }, given)(account)).toEqual({
    ...least,
    ...inherited,
    HOME: "/home/nagios",
  });
});

it("is one object for each account", () => {
  const of = environmentOf({});
  expect(of({ ...account })).toBe(of(account));
  expect(of({ name: "nagio", home: "s/home/nagios" })).not.toBe(of(account));
  expect(of({ ...account, home: "/" })["HOME"]).toBe("/");
});
