// Long texts from outside, made so that a pattern which goes back over what it read would take minutes.
import { describe, expect, it } from "vitest";
import { groupTemplate } from "../src/checks/detectors/group-template.ts";
import type { Expressions } from "../src/checks/expressions/expressions.ts";
import { backendFor } from "../src/compliance/packages/backends.ts";
import { fileNameFrom } from "../src/compliance/repositories/apt-source.ts";
import { readConfigFile, readingReason } from "../src/config/read-limited.ts";
import { fillIn } from "../src/config/references.ts";
import { hostOfFiles } from "../src/inputs/hosting/host-of-files.fixture.ts";
import { synology } from "../src/inputs/hosting/synology.ts";
import { systemClock } from "../src/kernel/clock.ts";
import { parseDuration } from "../src/kernel/duration.ts";
import { compilePattern } from "../src/languages/expression/index.ts";
import { compileTemplate } from "../src/languages/template/index.ts";
import { plainAddress } from "../src/transports/address-list.ts";
import { workedWithinLater } from "./support/worked.ts";

/** What takes time in proportion to the text needs a hundredth of it. */
const limitMs = 1000;
const many = (text: string, length = 200_000) => text.repeat(Math.ceil(length / text.length));

function render(text: string, value: string): string {
  return compileTemplate(text, { name: "mail.tpl", functions: new Map() }).render({ value }, {});
}

function unknownWords(distribution: string, text: string): boolean | undefined {
  return backendFor(new Map([["ID", distribution]]), () => true)?.unknown.some((words) => words.test(text));
}

async function readSynology(text: string): Promise<unknown> {
  const host = hostOfFiles({ "etc/synoinfo.conf": text, "etc.defaults/VERSION": text });
  return await synology.read({}, { host, clock: systemClock, signal: new AbortController().signal });
}

function reasonOfOpening(path: string): string {
  try {
    readConfigFile(path, 1);
  } catch (thrown) {
    return readingReason(thrown);
  }
  return "";
}

/** Nothing here is filled in. */
const none = { compile: () => undefined } as unknown as Expressions;

const attempts: [what: string, attempt: () => unknown, outcome: unknown][] = [
  ["a group of open braces", () => groupTemplate(many("{{"), none).parts.length, 1],
  [
    "open references",
    () => fillIn(many("${"), { environment: {}, directory: "/" }),
    { wrong: expect.any(String) },
  ],
  [
    "a path of commas that is too long",
    () => reasonOfOpening(`/${many(", a")}`),
    "ENAMETOOLONG: name too long",
  ],
  ["digits without a unit", () => parseDuration(many("1")), undefined],
  ["a number with a letter behind", () => render("{{ value|float }}", `${many("1")}x`), "0"],
  ["a whole number with a letter behind", () => render("{{ value|int }}", `${many("1")}x`), "0"],
  ["words without dashes", () => render("{{ value|wordwrap(300000)|length }}", many("a")), "200000"],
  ["dashes", () => render("{{ value|wordwrap(300000)|length }}", many("-")), "200000"],
  ["an address of signs", () => plainAddress(many("%\n")), ""],
  ["what apt says", () => unknownWords("debian", many("Version '.' for '.' ")), false],
  ["what yum says", () => unknownWords("centos", many("No package ")), false],
  ["a repository's name", () => fileNameFrom(`a${many("-.")}b`).length, 100],
  ["a file of blanks", () => readSynology(many(" \t")), expect.anything()],
  ["a pattern of brackets", () => compilePattern(many("[", 1000)), "refused"],
];

describe("a long text takes no longer than its length says", () => {
  it.each(attempts)("%s", async (_what, attempt, outcome) => {
    const seen = await workedWithinLater(limitMs, async () => {
      try {
        return await attempt();
      } catch {
        return "refused";
      }
    });
    expect(seen).toEqual(outcome);
  });
});
