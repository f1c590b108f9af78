// Private directories and small executables for tests.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A directory with mode 0700 that goes when `release` is called. */
export function temporaryDirectory(): { path: string; release: () => void } {
  const path = mkdtempSync(join(tmpdir(), "yagura-test-"));
  return { path, release: () => rmSync(path, { recursive: true, force: true }) };
}

/** The same, gone when the test that asked is over. */
export function directoryOfTest(): string {
  const { path, release } = temporaryDirectory();
  onTestFinished(release);
  return path;
}

/** Writes an executable script and gives its path. */
export function writeScript(directory: string, name: string, body: string, mode = 0o755): string {
  const path = join(directory, name);
  writeFileSync(path, body.startsWith("#!") ? body : `#!/bin/sh\n${body}\n`);
  chmodSync(path, mode);
  return path;
}
