// The users' file: read at the start, read again when it changes, and what happens when that is not possible.
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { until } from "../../../test/support/until.ts";
import { watchUsersFile } from "./users-file.ts";

it("is followed, and the users stay when it goes", async () => {
  const path = join(directoryOfTest(), "users");
  writeFileSync(path, "alice: one\nnobody\n", { mode: 0o600 });
  const context = testContext();
  const file = await watchUsersFile(path, context);
  onTestFinished(() => file.stop());
  expect([...file.users.keys()]).toEqual(["alice"]);
  expect(context.lines.join("")).toMatch(/line=2/);
  expect(context.lines.join("")).not.toContain("everybody");
  writeFileSync(path, "bob: two\n");
  chmodSync(path, 0o644);
  await until(() => file.users.has("bob"));
  expect([...file.users.keys()]).toEqual(["bob"]);
  expect(context.lines.join("")).toContain("everybody may read");
  rmSync(path);
  await until(() => context.lines.some((line) => line.includes("stay as they were")));
  expect([...file.users.keys()]).toEqual(["bob"]);
});

it.each(["no/such/file", "."])("that cannot be read at the start is refused: %s", async (name) => {
  const path = join(directoryOfTest(), name);
  await expect(watchUsersFile(path, testContext())).rejects.toMatchObject({ code: "host.file" });
});
