// Which file a name stands for, in real directories.
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { directoryOfTest, writeScript } from "../../test/support/temporary.ts";
import { Catalogue } from "./catalogue.ts";

function catalogueOf(...directories: string[]) {
  return new Catalogue(directories, (name) => `/missing/${name}`);
}

describe("a name", () => {
  it("stands for the first file of that name", () => {
    const [first, second] = [directoryOfTest(), directoryOfTest()];
    writeScript(second, "both", "");
    const catalogue = catalogueOf(first, second);
    expect(catalogue.find("both")).toEqual({ kind: "program", path: `${second}/both` });
    writeScript(first, "both", "", 0o644);
    expect(catalogue.find("both")).toEqual({ kind: "program", path: `${first}/both` });
  });

  it.each(["", ".", "..", "a/b", "/bin/sh", "../sh", "a\nb", "a\0"])("%j is none", (name) => {
    const directory = directoryOfTest();
    mkdirSync(`${directory}/a`);
    writeScript(`${directory}/a`, "b", "");
    expect(catalogueOf(directory).find(name)).toEqual({ kind: "missing", path: `/missing/${name}` });
  });

  it("of a link that leads nowhere is passed over, and one that leads somewhere is not", () => {
    const [first, second] = [directoryOfTest(), directoryOfTest()];
    symlinkSync(`${first}/gone`, `${first}/link`);
    writeScript(second, "link", "");
    const catalogue = catalogueOf(first, second);
    expect(catalogue.find("link").path).toBe(`${second}/link`);
    writeScript(first, "gone", "");
    expect(catalogue.find("link")).toEqual({ kind: "program", path: `${first}/link` });
  });

  it("of a file that others may write is forbidden, and no other of that name is taken", () => {
    const [first, second] = [directoryOfTest(), directoryOfTest()];
    const path = writeScript(first, "open", "", 0o777);
    writeScript(second, "open", "");
    const catalogue = catalogueOf(first, second);
    expect(catalogue.find("open")).toMatchObject({
      kind: "forbidden",
      path,
      reason: expect.stringMatching(/^Refused: /),
    });
    chmodSync(path, 0o755);
    expect(catalogue.find("open")).toEqual({ kind: "program", path });
    chmodSync(first, 0o777);
    expect(catalogue.find("open")).toMatchObject({ kind: "forbidden", path });
  });

  it("that is no name is a whole path for who asks by that", () => {
    const directory = directoryOfTest();
    const path = writeScript(directory, "one", "");
    expect(catalogueOf().findPath(path)).toEqual({ kind: "program", path });
    expect(catalogueOf().findPath(`${path}x`)).toEqual({ kind: "missing", path: `${path}x` });
  });
});

it("lists what can be run, by name, each once", () => {
  const [first, second] = [directoryOfTest(), directoryOfTest()];
  writeScript(first, "b", "");
  writeScript(first, "notes", "", 0o644);
  mkdirSync(`${first}/folder`);
  symlinkSync(`${first}/gone`, `${first}/link`);
  writeScript(second, "b", "");
  writeScript(second, "a", "");
  writeScript(second, "c", "");
  expect(catalogueOf(first, "/nonexistent", second).list()).toEqual([
    { name: "a", path: `${second}/a` },
    { name: "b", path: `${first}/b` },
    { name: "c", path: `${second}/c` },
  ]);
});
