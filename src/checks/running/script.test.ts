import { describe, expect, it } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import { createPerfdataMetrics } from "./perfdata-metrics.ts";
import { answerOfScript, readScript } from "./script.ts";

const run = (status: number, stdout: string, stderr = "") => ({
  ...{ command: "check_x -w 1", timedOut: false, status, stdout, stderr },
});

describe("the command line of a program check", () => {
  it.each([
    ["check_dummy 1 'two words'", { name: "check_dummy", option: "1 'two words'" }],
    [
      "  /usr/lib/nagios/plugins/check_load -w 1,2,3 ",
      { name: "/usr/lib/nagios/plugins/check_load", option: "-w 1,2,3" },
    ],
    ["check_a | wc", { refused: "a pipe" }],
    ["", { refused: "it names no program" }],
    ["./check_a", { refused: "./check_a is neither a bare name nor a whole path" }],
  ])("%s", (line, expected) => {
    const read = readScript(line);
    if ("refused" in expected) expect("refused" in read && read.refused).toContain(expected.refused);
    else expect(read).toEqual(expected);
  });
});

describe("what a program says", () => {
  it.each([
    [0, "ok"],
    [1, "warning"],
    [2, "critical"],
    [3, "unknown"],
    [127, "unknown"],
    [-1, "unknown"],
  ])("an end with %i is %s", (status, state) => {
    expect(answerOfScript(run(status, "text\n"), 1000).state).toBe(state);
  });

  it("takes performance data away from the text", () => {
    const text = "DISK OK | /=10MB;20;30;0;100\nmore | /var=5%;1;2\nlast";
    expect(answerOfScript(run(0, text), 1000)).toEqual({
      state: "ok",
      output: "DISK OK\nmore\nlast",
      perfdata: "/=10MB;20;30;0;100 /var=5%;1;2",
    });
  });

  it("takes whole lines of performance data behind the bar of the long text", () => {
    const text =
      "DISK OK | root=1MB;2\nmore text\nlong | home=2MB;3\nvar=30MB;40;50 'a b'=1\nopt=40MB\nand words";
    expect(answerOfScript(run(0, text), 1000)).toMatchObject({
      output: "DISK OK\nmore text\nlong\nand words",
      perfdata: "root=1MB;2 home=2MB;3 var=30MB;40;50 'a b'=1 opt=40MB",
    });
  });

  it("takes nothing for performance data that stands on standard error", () => {
    expect(
      answerOfScript(run(0, "OK - all is well | a=1", "locale: cannot set LC_ALL | junk=9\n"), 1000),
    ).toMatchObject({
      output: "OK - all is well\nlocale: cannot set LC_ALL | junk=9",
      perfdata: "a=1",
    });
  });

  it("takes both outputs, and says so where there is none", () => {
    expect(answerOfScript(run(2, "out\n", "err\n"), 1000).output).toBe("out\nerr");
    expect(answerOfScript(run(2, "", ""), 1000).output).toBe("it said nothing, and ended with 2");
  });

  it("is unknown when it was too late", () => {
    const late = { ...run(-1, "half"), timedOut: true };
    expect(answerOfScript(late, 5000)).toMatchObject({
      state: "unknown",
      output: "no answer within 5 s: check_x -w 1",
    });
  });
});

describe("performance data as metrics", () => {
  it("are named by the check, with dots for its slashes, the unit being a tag", () => {
    expect(
      createPerfdataMetrics(testContext())("linux/disk", "'/ root'=57%;90;95 time=0.5s broken", 5000),
    ).toEqual([
      { name: "linux.disk./ root", tags: { unit: "%" }, value: 57, timestampMs: 5000 },
      { name: "linux.disk.time", tags: { unit: "s" }, value: 0.5, timestampMs: 5000 },
    ]);
  });
});

describe("performance data", () => {
  it("of one result are 200 series at most, and that there are more is said once", () => {
    const context = testContext();
    const metricsOf = createPerfdataMetrics(context);
    const labels = (count: number) => Array.from({ length: count }, (_, place) => `l${place}=1`).join(" ");
    expect(metricsOf("x/few", labels(200), 0)).toHaveLength(200);
    expect(context.lines).toEqual([]);
    expect(metricsOf("x/many", labels(300), 0)).toHaveLength(200);
    expect(metricsOf("x/many", labels(300), 0)).toHaveLength(200);
    expect(context.lines).toHaveLength(1);
    expect(context.lines[0]).toMatch(/more labels than are kept.*x\/many.*300.*200/);
  });
});
