// What is part of a role.
import { expect, it } from "vitest";
import { roles, withIncluded } from "./roles.ts";

it("an admin has every role, and whoever takes metrics away may hand them in", () => {
  expect([...withIncluded(["admin"])].sort()).toEqual([...roles].sort());
  expect([...withIncluded(["metrics"])]).toEqual(["metrics", "push"]);
});

it.each(["read", "push", "check", "inventory", "operate"] as const)("%s is nothing but itself", (role) => {
  expect([...withIncluded([role])]).toEqual([role]);
});
