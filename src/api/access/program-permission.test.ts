// Which programs a name alone decides about.
import { expect, it } from "vitest";
import { byName, namedPrograms } from "./program-permission.ts";

it.each([
  ["any", true],
  ["connecting", undefined],
  ["harmless", undefined],
] as const)("%s: whatever the name, %s", (permission, decided) => {
  expect(byName(permission, "check_disk")).toBe(decided);
});

it("named programs are allowed, and no other is", () => {
  const named = namedPrograms(["check_disk", "check_h*"]);
  expect(["check_disk", "check_http"].map((name) => byName(named, name))).toEqual([true, true]);
  expect(["check_disk_smb", "check_ssh", "any"].map((name) => byName(named, name))).toEqual([
    false,
    false,
    false,
  ]);
});
