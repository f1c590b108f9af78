// The stream of events: which list each line makes stale, whatever comes and however it is cut.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEventReader, eventsPath } from "./engine-events.ts";

function changesOf(chunks: readonly (string | Uint8Array)[]): string[] {
  const told: string[] = [];
  const take = createEventReader((changed) => told.push(changed));
  for (const chunk of chunks) take(Buffer.from(chunk as string));
  return told;
}

describe("the engine's events", () => {
  it.each([
    ['{"Type":"container","Action":"start","Actor":{"ID":"a"}}\n', ["containers"]],
    ['{"Type":"image","Action":"pull"}\n', ["images"]],
    ['{"Type":"container"}\n{"Type":"container"}\n{"Type":"image"}\n', ["containers", "images"]],
    ['{"status":"start","id":"a","from":"b"}\n', ["both"]],
    ["no JSON\n", ["both"]],
    ["null\n7\n", ["both"]],
    ["\n\r\n", []],
    ['{"Type":"container"', []],
  ])("%j", (text, expected) => {
    expect(changesOf([text])).toEqual(expected);
  });

  it("are not kept when they never end", () => {
    const endless = Array.from({ length: 8 }, () => "x".repeat(16 * 1024));
    expect(changesOf([...endless, '\n{"Type":"image"}\n'])).toEqual(["both", "images"]);
  });

  it("are asked for by type and kind", () => {
    const asked = new URL(eventsPath, "http://docker").searchParams.get("filters");
    expect(JSON.parse(asked ?? "")).toMatchObject({
      type: ["container", "image"],
      event: expect.arrayContaining(["start", "die", "pull"]) as unknown,
    });
  });

  it("are never lost, however they are cut, and never throw", () => {
    const line = fc.constantFrom('{"Type":"container"}', '{"Type":"image"}', "{", "[]", "");
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(40)), (lines, cuts) => {
        const text = lines.map((one) => `${one}\n`).join("");
        const chunks: string[] = [];
        let rest = text;
        for (const cut of cuts) {
          chunks.push(rest.slice(0, cut));
          rest = rest.slice(cut);
        }
        expect(new Set(changesOf([...chunks, rest]))).toEqual(new Set(changesOf([text])));
      }),
    );
    fc.assert(fc.property(fc.array(fc.uint8Array()), (chunks) => void changesOf(chunks)));
  });
});
