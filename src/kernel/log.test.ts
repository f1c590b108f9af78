// What outside texts cannot do to the log: forge a line, talk to the terminal, turn a line around.
import { describe, expect, it } from "vitest";
import { systemClock } from "./clock.ts";
import { createLog, printable } from "./log.ts";

/** A new line, an escape of eight bits and of seven, a delete, a line end of Unicode, an order that turns text around. */
const hostile = "a\n2026 [error] b\u009b31m\u001b[2J\u007f\u2028\u202ec\u2066";
const forbidden = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

describe("hostile texts", () => {
  it("are written as escapes", () => {
    expect(printable(hostile)).toBe(
      "a\\u000a2026 [error] b\\u009b31m\\u001b[2J\\u007f\\u2028\\u202ec\\u2066",
    );
    expect(printable("Grüße, 日本 🚒 عربى")).toBe("Grüße, 日本 🚒 عربى");
  });

  it.each(["text", "json"] as const)("stay in their line of a log in %s", (format) => {
    let written = "";
    const sink = {
      write: (text: string) => {
        written += text;
      },
      reopen() {},
      close() {},
      lost: 0,
    };
    const log = createLog({ level: "debug", format }, { sink, clock: systemClock });
    log.warning(hostile, { fact: hostile });
    expect(written.endsWith("\n")).toBe(true);
    expect(written.slice(0, -1)).not.toMatch(forbidden);
    if (format === "json") expect(JSON.parse(written)).toMatchObject({ message: hostile, fact: hostile });
  });
});
