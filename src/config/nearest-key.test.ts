import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestKey, suggestion } from "./nearest-key.ts";

const known = ["listen", "port", "max_connections", "tls", "allow", "at_once"];

describe("nearestKey", () => {
  it.each([
    ["listn", "listen"],
    ["lsiten", "listen"],
    ["Port", "port"],
    ["prot", "port"],
    ["maxConnections", "max_connections"],
    ["max-connections", "max_connections"],
    ["max_conn", "max_connections"],
    ["listen_address", "listen"],
    ["zz", undefined],
    ["x", undefined],
    ["", undefined],
    ["certificate", undefined],
  ])("%j means %j", (typed, meant) => {
    expect(nearestKey(typed, known)).toBe(meant);
  });

  it("finds every long word again after one slip", () => {
    const word = fc.stringMatching(/^[a-z]{5,12}$/);
    fc.assert(
      fc.property(word, fc.nat(), (one, seed) => {
        const at = seed % (one.length - 1);
        const slips = [
          one.slice(0, at) + one.slice(at + 1),
          `${one.slice(0, at)}_${one.slice(at)}`,
          `${one.slice(0, at)}_${one.slice(at + 1)}`,
          `${one.slice(0, at)}${one[at + 1]}${one[at]}${one.slice(at + 2)}`,
        ];
        for (const slip of slips) expect(nearestKey(slip, ["0123456789", one])).toBe(one);
      }),
    );
  });
});

describe("suggestion", () => {
  it.each([
    ["listn", known, '; did you mean "listen"?'],
    ["zz", ["a", "b"], "; known here: a, b"],
    ["zz", [], "; nothing is known here"],
  ])("of %j", (typed, words, text) => {
    expect(suggestion(typed, words)).toBe(text);
  });
});
