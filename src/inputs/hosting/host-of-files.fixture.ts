// A host made of a few files, for tests.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { createHostFiles, type HostFiles } from "../host-files.ts";

export function hostOfFiles(files: Readonly<Record<string, string>> = {}): HostFiles {
  const root = directoryOfTest();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return createHostFiles(root);
}

/** What the firmware of such a machine says. */
export function firmware(facts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, text]) => [`sys/class/dmi/id/${name}`, `${text}\n`]),
  );
}
