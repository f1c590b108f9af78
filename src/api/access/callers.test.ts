// Who asks, by what is shown: the names of certificates, the addresses, and what stands before what.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { Callers, type Evidence } from "./callers.ts";
import { accessConfig } from "./config.ts";

const rejected = expect.objectContaining({ code: "access.rejected" });

const shown = (evidence: Partial<Evidence>): Evidence => ({
  ...{ address: "192.0.2.1", standing: "host", bearer: undefined, certificate: undefined },
  ...evidence,
});

function callersOf(settings: object) {
  const callers = new Callers(accessConfig.parse(settings), fakeClock());
  return (evidence: Partial<Evidence>) => callers.identify(shown(evidence)).name;
}

describe("the name in a certificate", () => {
  it.each([
    ["web.example", "web.example", true],
    ["web.example", "WEB.Example", true],
    ["Web.Example", "web.example", true],
    ["web.example", "x.web.example", false],
    ["*.example", "web.example", true],
    ["*.Example", "WEB.example", true],
    ["*.example", "a.web.example", false],
    ["*.example", "example", false],
    ["*.example", ".example", false],
    ["*.example", "webexample", false],
    ["*.example", "web.example.org", false],
    ["*.web.example", "a.web.example", true],
    ["*.web.example", "a.bweb.example", false],
    ["w*.example", "web.example", false],
  ])("%s for %s: %j", (certificate, name, isKnown) => {
    const nameOf = callersOf({ callers: [{ name: "known", certificate, roles: ["read"] }] });
    expect(nameOf({ certificate: [name] })).toBe(isKnown ? "known" : "anonymous");
    expect(nameOf({ certificate: ["unlike", name] })).toBe(isKnown ? "known" : "anonymous");
  });

  it("of an authority that is none is refused, whatever else is shown", () => {
    const nameOf = callersOf({
      callers: [{ name: "known", token: "right", address: "192.0.2.1", roles: ["read"] }],
    });
    expect(nameOf({})).toBe("known");
    expect(() => nameOf({ certificate: "forged" })).toThrow(rejected);
    expect(() => nameOf({ certificate: "forged", bearer: "right" })).toThrow(rejected);
    expect(nameOf({ certificate: "forged", standing: "socket" })).toBe("owner");
  });
});

it("goes by token, then by certificate, then by address", () => {
  const nameOf = callersOf({
    callers: [
      { name: "by address", address: "192.0.2.0/24", roles: ["read"] },
      { name: "by certificate", certificate: ["a.example", "b.example"], roles: ["read"] },
      { name: "by token", token: ["first", "second"], roles: ["read"] },
    ],
  });
  const certificate = ["b.example"];
  expect(nameOf({ bearer: "second", certificate })).toBe("by token");
  expect(nameOf({ bearer: "", certificate })).toBe("by certificate");
  expect(nameOf({ certificate: ["c.example"] })).toBe("by address");
  expect(nameOf({ address: "198.51.100.1" })).toBe("anonymous");
  expect(() => nameOf({ bearer: "third", certificate })).toThrow(rejected);
});

it("knows a token by its salted hash", () => {
  const salt = "0123456789abcdef0123456789abcdef";
  const hash = createHash("sha256").update(Buffer.from(salt, "hex")).update("right").digest("hex");
  const token = `sha256:${salt}:${hash}`;
  const nameOf = callersOf({ callers: [{ name: "hashed", token, roles: ["read"] }] });
  expect(nameOf({ bearer: "right" })).toBe("hashed");
  for (const bearer of [token, hash, "wrong"]) expect(() => nameOf({ bearer })).toThrow(rejected);
});

it("says how many seconds one who guessed too often is to wait", () => {
  const nameOf = callersOf({ callers: [{ name: "known", token: "right", roles: ["read"] }] });
  for (let guess = 0; guess < 5; guess += 1) expect(() => nameOf({ bearer: "wrong" })).toThrow(rejected);
  expect(() => nameOf({ bearer: "wrong" })).toThrow(
    expect.objectContaining({ code: "access.locked-out", message: expect.stringMatching(/\b1 s/) }),
  );
  expect(nameOf({ bearer: "right" })).toBe("known");
});

it("takes any token for none while nobody has one", () => {
  const nameOf = callersOf({ callers: [{ name: "known", address: "192.0.2.1", roles: ["read"] }] });
  expect(nameOf({ bearer: "whatever" })).toBe("known");
});

it.each([
  ["host", "known"],
  ["agent-user", "known"],
  ["local-user", "local user"],
  ["unknown", "anonymous"],
] as const)("takes an address for a proof only where it is one: %s is %s", (standing, name) => {
  const nameOf = callersOf({ callers: [{ name: "known", address: "192.0.2.1", roles: ["read"] }] });
  expect(nameOf({ standing })).toBe(name);
});

it("gives each what he was given: the owner and an admin every program, others what is named or judged", () => {
  const callers = new Callers(
    accessConfig.parse({
      callers: [
        { name: "admin", token: "a", roles: ["admin"] },
        { name: "named", token: "b", roles: ["check"], commands: ["check_*"], user: "nagios" },
        { name: "judged", token: "c", roles: ["check"] },
      ],
    }),
    fakeClock(),
  );
  expect(callers.knowTokens).toBe(true);
  const by = (bearer: string) => callers.identify(shown({ bearer }));
  expect(callers.identify(shown({ standing: "socket" }))).toMatchObject({
    programs: "any",
    isAnonymous: false,
  });
  expect(by("a")).toMatchObject({ name: "admin", programs: "any", isAnonymous: false, user: undefined });
  expect(by("b")).toMatchObject({ name: "named", isAnonymous: false, user: "nagios" });
  expect(by("b").programs).toMatchObject({ has: expect.any(Function) });
  expect(by("c")).toMatchObject({ name: "judged", programs: "connecting", isAnonymous: false });
});
