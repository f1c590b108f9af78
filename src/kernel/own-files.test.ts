import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { judgeOwnFiles } from "./own-files.ts";
import { ownRules } from "./trusted-path.ts";

const rules = { ...ownRules(), uid: 0 };
const mallory = 12_346;

/** A package as it is installed, with what it loads. */
function installed(): { root: string; main: string } {
  const root = join(directoryOfTest(), "yagura");
  const files = {
    "package.json": "{}",
    "dist/main.js": "",
    "dist/chunk-1.js": "",
    "node_modules/koffi/package.json": JSON.stringify({
      optionalDependencies: { "@any/native": "1", "@not/here": "1" },
    }),
    "node_modules/koffi/README.md": "",
    "node_modules/@any/native/package.json": JSON.stringify({ dependencies: { koffi: "1" } }),
    "node_modules/@any/native/lib/native.node": "",
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return { root, main: join(root, "dist/main.js") };
}

const loaded = [
  "..",
  ".",
  "package.json",
  "dist",
  "dist/main.js",
  "dist/chunk-1.js",
  "node_modules",
  "node_modules/koffi",
  "node_modules/@any",
  "node_modules/@any/native/package.json",
  "node_modules/@any/native/lib",
  "node_modules/@any/native/lib/native.node",
];

describe.runIf(process.getuid?.() === 0)("what root runs", () => {
  it("may be all root's", () => {
    expect(() => judgeOwnFiles(installed().main, rules)).not.toThrow();
  });

  it.each(loaded)("may not be another user's: %s", (name) => {
    const { root, main } = installed();
    chownSync(join(root, name), mallory, mallory);
    expect(() => judgeOwnFiles(main, rules)).toThrow(`belongs to the user ${mallory}; run: chown root: `);
    expect(() => judgeOwnFiles(main, { ...rules, uid: 4711 })).not.toThrow();
  });

  it.each(loaded)("may not be for others to write: %s", (name) => {
    const { root, main } = installed();
    chmodSync(join(root, name), 0o777);
    expect(() => judgeOwnFiles(main, rules)).toThrow("every user can write ");
  });

  it("may be led to by links, which are judged too", () => {
    const { root, main } = installed();
    const bin = join(directoryOfTest(), "bin");
    mkdirSync(bin);
    symlinkSync(main, join(bin, "yagura"));
    expect(() => judgeOwnFiles(join(bin, "yagura"), rules)).not.toThrow();
    symlinkSync("/tmp", join(root, "dist/elsewhere"));
    expect(() => judgeOwnFiles(main, rules)).toThrow("every user can write /tmp");
  });

  it("may have documents that others changed", () => {
    const { root, main } = installed();
    chownSync(join(root, "node_modules/koffi/README.md"), mallory, mallory);
    expect(() => judgeOwnFiles(main, rules)).not.toThrow();
  });
});
