// How functions are listed.
import { expect, it } from "vitest";
import { builtInFunctions, functionPrototype, functionsByName } from "./index.ts";

const all = builtInFunctions({ random: () => 0 });

it.each([
  ["sorted", "sorted(values, reverse=False)"],
  ["max", "max(*values)"],
  ["random", "random()"],
  ["get_horizontal_bar", "get_horizontal_bar(value, width=80)"],
  ["hash", "hash(string, algo)"],
])("%s is listed as %s", (name, expected) => {
  const definition = functionsByName(all).get(name);
  expect(definition && functionPrototype(definition)).toBe(expected);
});

it("lists every function of the contract that needs nothing but its arguments", () => {
  const names = [
    ..."abs min max sum sorted len set list string_upper string_lower string_split string_join".split(" "),
    ..."set_difference set_intersection reverse hash random randomint_between shuffle".split(" "),
    ..."colorize get_donut get_horizontal_bar".split(" "),
  ];
  const known = functionsByName(all);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
  for (const { doc, group } of all) expect([doc, group].every((text) => text.length > 2)).toBe(true);
});
