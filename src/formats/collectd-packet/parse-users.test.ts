// Users and passwords are read as collectd reads its AuthFile.
import { expect, it } from "vitest";
import { collectdKey } from "./collectd-security.ts";
import { parseUsers } from "./parse-users.ts";

it("lines become users, and those that cannot are told", () => {
  const text =
    "# who may send\n\nalice: secret\r\n  bob : two words: and more \nnobody\ncarol:\n: x\n # x: y\nalice: newer";
  const { users, badLines } = parseUsers(text);
  expect(users).toEqual(
    new Map([
      ["alice", collectdKey("newer")],
      ["bob", collectdKey("two words: and more ")],
    ]),
  );
  expect(badLines).toEqual([5, 6, 7]);
});
