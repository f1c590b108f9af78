// Typed words, the environment and defaults (contract happo §1.1).
import { expect, it } from "vitest";
import type { CommandOption } from "./command.ts";
import { integerOf, settleOptions, textOf } from "./option-values.ts";

const option = (kind: CommandOption["kind"], rest: Partial<CommandOption> = {}): CommandOption => ({
  name: "it",
  kind,
  env: "IT",
  help: "",
  ...rest,
});

it.each<[string, CommandOption, unknown, string | undefined, unknown]>([
  ["the default", option("integer", { default: "6777" }), undefined, undefined, "6777"],
  ["the variable over the default", option("integer", { default: "6777" }), undefined, "1", "1"],
  ["the typed word over both", option("integer", { default: "6777" }), "2", "1", "2"],
  ["no unreadable integer", option("integer", { default: "6777" }), undefined, "6777x", "6777"],
  ["no empty variable", option("text", { default: "x" }), undefined, "", "x"],
  ["an empty typed word", option("text", { default: "x" }), "", "y", ""],
  ["T as true", option("boolean"), undefined, "T", true],
  ["yes as false", option("boolean"), undefined, "yes", false],
  ["a typed false over true", option("boolean"), false, "1", false],
  ["a list split at commas, trimmed", option("list"), undefined, " a, b ,c", ["a", "b", "c"]],
  ["both lists, the variable's first", option("list"), ["c,d"], "a,b", ["a", "b", "c,d"]],
  ["an empty list", option("list"), undefined, undefined, []],
])("takes %s", (_what, one, typed, variable, expected) => {
  const given = { it: typed as string | undefined };
  expect(settleOptions([one], { given, environment: { IT: variable } })["it"]).toEqual(expected);
});

it("takes an empty text for none", () => {
  expect(textOf({ it: "" }, "it")).toBeUndefined();
  expect(integerOf({ it: "0" }, "it")).toBe(0);
});
