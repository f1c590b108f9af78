import { describe, expect, it } from "vitest";
import { atPath, fillMacros } from "./macros.ts";

const data = {
  nagiosplugins: "/usr/lib/nagios/plugins",
  mailq: { warning: 1, critical: 2 },
  list: ["a", "b"],
  empty: "",
  hole: null,
};
const fill = (line: string) => fillMacros(line, (path) => atPath(data, path));

describe("macros of a command line", () => {
  it.each([
    [
      "$nagiosplugins$/check_mailq -w $mailq.warning$ -c $mailq.critical$",
      "/usr/lib/nagios/plugins/check_mailq -w 1 -c 2",
    ],
    ["$nope | mailq.warning$", "1"],
    ["[$nope$]", "[]"],
    ["[$mailq$]", "[]"],
    ["[$hole | empty$]", "[]"],
    ["$list$ $list.1$", "a b b"],
    ["costs 5$", "costs 5$"],
    ["$__proto__.x$|$constructor$", "|"],
  ])("%s", (line, filled) => {
    expect(fill(line)).toBe(filled);
  });
});
