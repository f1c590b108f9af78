// Downtimes and silences, as people type and read them.
import { describe, expect, it } from "vitest";
import { askedAgent, hostile } from "../asked-agent.fixture.ts";

const { asked, says, yagura } = askedAgent();

const day = (seconds: number) => {
  const at = new Date(seconds * 1000);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString();
  return local.replace("T", " ").slice(0, 19);
};

describe("downtimes", () => {
  const report = {
    ...{ id: "4f1c", kind: "downtime", checks: "web/*", from: 1_700_000_000, until: 1_700_007_200 },
    ...{ author: "op", comment: hostile },
  };

  it("are listed", async () => {
    says({ downtimes: [report] });
    const { stdout } = await yagura("downtimes", "list");
    expect(stdout).toContain(
      `4f1c  downtime  web/*   ${day(1_700_000_000)}  ${day(1_700_007_200)}  op      x\\u001b`,
    );
    says({ downtimes: [] });
    expect((await yagura("downtimes", "list")).stderr).toBe("there are no downtimes and no silences\n");
  });

  it("are added for a span or until a time", async () => {
    says(report);
    const before = Date.now() / 1000;
    await yagura("downtimes", "add", "web/*", "--for", "2h", "--comment", "why", "--author", "me");
    await yagura("downtimes", "add", "a", "--silence", "--from", "1800000000", "--for", "60");
    await yagura("downtimes", "add", "a", "--until", "1900000000", "--author", "me");
    const [first, second, third] = asked().map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(first).toMatchObject({ kind: "downtime", checks: "web/*", author: "me", comment: "why" });
    expect(Number(first?.["until"]) - before - 7200).toBeLessThan(5);
    expect(Number(first?.["until"]) - before - 7200).toBeGreaterThanOrEqual(0);
    expect(second).toMatchObject({ kind: "silence", from: 1_800_000_000, until: 1_800_000_060 });
    expect(second?.["author"]).not.toBe("");
    expect(third).toEqual({ kind: "downtime", checks: "a", until: 1_900_000_000, author: "me", comment: "" });
  });

  it.each([
    [[], /either --for, such as 2h, or --until/],
    [["--for", "2h", "--until", "18:30"], /either --for/],
    [["--for", "long"], /--for is no span/],
    [["--until", "later"], /--until is no time/],
    [["--from", "x", "--for", "2h"], /--from is no time/],
  ])("with %j make no sense", async (words, reason) => {
    const { exit, stderr } = await yagura("downtimes", "add", "a", ...words);
    expect(exit).toBe(2);
    expect(stderr).toMatch(reason);
    expect(asked()).toEqual([]);
  });

  it("are removed, or not there", async () => {
    says({ done: true });
    expect((await yagura("downtimes", "remove", "a/b")).exit).toBe(0);
    expect(asked()).toMatchObject([{ method: "DELETE", url: "/downtimes/a%2Fb" }]);
    says({ done: false }, 404);
    const { exit, stderr } = await yagura("downtimes", "remove", "x");
    expect(exit).toBe(1);
    expect(stderr).toMatch(/there is no downtime or silence x/);
  });
});
