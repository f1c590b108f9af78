// What a caller may write as request_json, and what of it is handed on.
import { describe, expect, it } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import { JsonReader } from "../../formats/json-reader.ts";
import { readInner } from "./request-json.ts";

const { pace } = testContext();
const read = (document: string) => readInner(new JsonReader(Buffer.from(document)), pace);
const invalid = (reason: string) =>
  expect.objectContaining({ code: "body.invalid", message: expect.stringContaining(reason) });

describe("request_json", () => {
  it.each([
    ['{"a": [1, 2],  "b":"x"}', '{"a": [1, 2],  "b":"x"}'],
    ['"eyJhIjoxfQ=="', '{"a":1}'],
    ['" eyJhIjoxfQ==\\n"', '{"a":1}'],
    ['"{\\"a\\":1} "', '{"a":1}'],
    ['" [1]"', "[1]"],
    ['""', ""],
    ["null", ""],
  ])("%s is %j", async (document, inner) => {
    expect((await read(document)).toString()).toBe(inner);
  });

  it("that is absent is empty", async () => {
    expect((await readInner(undefined, pace)).toString()).toBe("");
  });

  it.each(['"eyJhIjoxfQ="', '"eyJhIjoxfQ"', '"a==="', '"x=="', '"=x=="', '"a b="'])(
    "%s is neither JSON nor base64",
    async (document) => {
      await expect(read(document)).rejects.toEqual(invalid("neither JSON nor base64"));
    },
  );

  it.each(["1", "true", "[1]"])("%s is neither a text nor an object", async (document) => {
    await expect(read(document)).rejects.toEqual(invalid("expected a text or an object"));
  });
});
