// How large an object may be that callers define: its file is read in one go.
import { join } from "node:path";
import { expect, it } from "vitest";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { DefinedObjects } from "./defined-objects.ts";

const tryIt = (body: object) =>
  new DefinedObjects(join(directoryOfTest(), "objects")).try(
    { kind: "check", name: "x", body },
    async ({ packs }) => packs.objects("check").length,
  );
const keys = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, place) => [`k${place}`, 1]));

it("up to a thousand values are read", async () => {
  expect(await tryIt(keys(990))).toBe(1);
});

it.each([
  ["keys", keys(1001)],
  ["bytes", { notes: "x".repeat(64 * 1024) }],
])("an object of more %s is refused", async (_what, body) => {
  await expect(tryIt(body)).rejects.toMatchObject({
    code: "body.invalid",
    message: expect.stringContaining("an object of more than 65536 bytes or 1000 values") as string,
  });
});
