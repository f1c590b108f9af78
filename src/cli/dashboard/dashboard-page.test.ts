// Dashboards as pages: with and without a terminal, wide and narrow, with broken and hostile parts.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dashboard, DashboardLeaf, DashboardPart } from "./dashboard-answer.ts";
import { readDashboard } from "./dashboard-answer.ts";
import { DashboardPage } from "./dashboard-page.ts";

const answer = (content: unknown) => ({ address: "here", value: { title: "Host", content } });
const leaf = (kind: DashboardLeaf["kind"], value: unknown, given: object = {}) => ({
  ...{ kind, title: kind, unit: "%", fault: "", value },
  ...given,
});

function pageFor(terminal: boolean, columns: number, environment: Record<string, string> = {}) {
  return new DashboardPage({ stdout: { write() {}, isTTY: terminal, columns }, environment });
}

const shown = (content: unknown, columns = 60) => {
  const text = pageFor(false, columns).draw(readDashboard(answer(content)));
  return text.split("\n").slice(2, -1);
};

/** As it stands there when colours have been taken away. */
const withoutColours = (text: string) =>
  ["0", "1", "2", "31", "32"].reduce((rest, code) => rest.replaceAll(`\u001b[${code}m`, ""), text);

describe("without a terminal", () => {
  it("stands in plain characters", () => {
    const content = {
      kind: "vertical_split",
      parts: [
        {
          kind: "horizontal_split",
          parts: [leaf("donut", 50), leaf("horizontal_gauge", 100)],
        },
        leaf("horizontal_chart", 2.84, { unit: "" }),
        leaf("text", "two\nlines", { unit: "" }),
      ],
    };
    expect(shown(content)).toEqual([
      "donut                          horizontal_gauge",
      "[###########-----------] 50 %  [#####################] 100 %",
      "",
      "horizontal_chart",
      "2.84",
      "",
      "text",
      "two",
      "lines",
    ]);
  });

  it.each<[string, unknown, string[]]>([
    [
      "a fault",
      leaf("donut", null, { fault: "there is no\u001b[2J data" }),
      ["donut", "! there is no\\u001b[2J data"],
    ],
    ["a hostile title", leaf("text", "x", { title: "a\u0007", unit: "\u009b" }), ["a\\u0007", "x \\u009b"]],
    [
      "a text where a number should be",
      leaf("donut", "\r\u001b]0;x\u0007", { unit: "" }),
      ["donut", "\\u000d\\u001b]0;x\\u0007"],
    ],
    ["a list", leaf("text", [1, { a: 2 }], { unit: "" }), ["text", '[1,{"a":2}]']],
    ["no part", null, ["! this part is empty"]],
    ["an unknown kind", { kind: "pie" }, ["! this kind of part is not known"]],
    ["more than all", leaf("horizontal_gauge", 250), ["horizontal_gauge", `[${"#".repeat(52)}] 250 %`]],
    ["less than nothing", leaf("horizontal_gauge", -5), ["horizontal_gauge", `[${"-".repeat(53)}] -5 %`]],
    ["an empty split", { kind: "horizontal_split", parts: [] }, []],
  ])("%s", (_what, content, lines) => {
    expect(shown(content)).toEqual(lines);
  });

  it("puts parts below each other where there is no room beside", () => {
    const parts = Array.from({ length: 4 }, () => leaf("text", 1));
    expect(shown({ kind: "horizontal_split", parts }, 30)).toHaveLength(4 * 2 + 3);
    expect(shown({ kind: "horizontal_split", parts }, 80)).toHaveLength(2);
  });
});

describe("on a terminal", () => {
  const ringOf = (value: number) => {
    const content = leaf("donut", value) as DashboardPart;
    return pageFor(true, 60, { NO_COLOR: "1" }).draw({ title: "t", content });
  };
  const dots = (text: string) => [...text].filter((one) => one > "\u2800" && one <= "\u28ff").length;

  it("draws a ring that grows, with the value beside it", () => {
    expect(ringOf(62.5)).toContain("  62.5 %\n");
    expect(ringOf(0)).not.toBe(ringOf(50));
    expect(ringOf(50)).not.toBe(ringOf(100));
    expect(dots(ringOf(100))).toBeGreaterThanOrEqual(dots(ringOf(0)));
  });

  it("is coloured unless NO_COLOR is set", () => {
    const content = leaf("horizontal_gauge", 50) as DashboardPart;
    expect(pageFor(true, 60).draw({ title: "t", content })).toContain("\u001b[32m███");
    expect(pageFor(true, 60, { NO_COLOR: "1" }).draw({ title: "t", content })).not.toContain("\u001b");
  });

  it("remembers the course of a value", () => {
    const page = pageFor(true, 60, { NO_COLOR: "1" });
    const draw = (value: number) =>
      page.draw({ title: "t", content: leaf("horizontal_chart", value, { unit: "" }) as DashboardPart });
    draw(1);
    draw(4);
    expect(draw(8)).toContain("▂▅█ 8\n");
  });
});

describe("whatever the agent says", () => {
  const parts = fc.letrec((tie) => ({
    part: fc.oneof(
      { maxDepth: 6, depthIdentifier: "parts" },
      fc.record({
        kind: fc.constantFrom("donut", "horizontal_gauge", "horizontal_chart", "text", "other"),
        title: fc.string({ unit: "binary" }),
        unit: fc.string({ maxLength: 5 }),
        fault: fc.constantFrom("", "no data at all, for a reason that is long and needs several lines"),
        value: fc.oneof(fc.double(), fc.integer(), fc.jsonValue()),
      }),
      fc.record({
        kind: fc.constantFrom("vertical_split", "horizontal_split"),
        parts: fc.array(tie("part"), { maxLength: 4, depthIdentifier: "parts" }),
      }),
      fc.jsonValue(),
    ),
  })).part;

  it("is a page of its width, without control characters of its own", () => {
    fc.assert(
      fc.property(parts, fc.boolean(), fc.integer({ min: 20, max: 200 }), (content, terminal, columns) => {
        const text = pageFor(terminal, columns).draw(readDashboard(answer(content)));
        for (const line of withoutColours(text).split("\n")) {
          expect([...line].length).toBeLessThanOrEqual(columns);
          expect(line).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("may be nested without end", () => {
    let content: unknown = leaf("text", 1);
    for (let depth = 0; depth < 2000; depth += 1) content = { kind: "vertical_split", parts: [content] };
    expect(shown(content)).toEqual(["! parts are nested too deep"]);
  });

  it.each([[null], [3], [{}], [{ title: 3 }]])("%j is no dashboard", (value) => {
    expect(() => readDashboard({ address: "here", value })).toThrow(/another shape/);
  });

  it("has a title that is made printable", () => {
    const dashboard: Dashboard = { title: "\u001b[2J", content: leaf("text", 1) as DashboardPart };
    expect(pageFor(false, 60).draw(dashboard)).toMatch(/^\\u001b\[2J\n/);
  });
});
