// The database that happo-agent left at a path which is ours now (contract happo §1.2, `--dbfile`).
import { readdirSync } from "node:fs";

/**
 * Whether the directory holds a LevelDB of its own: `CURRENT` names its manifest, and its tables or its log are there.
 * Ours lies one directory deeper. False where nothing can be read.
 */
export function holdsOlderDatabase(directory: string): boolean {
  const names = namesIn(directory);
  return names.includes("CURRENT") && names.some((name) => /^\d+\.(ldb|sst|log)$/.test(name));
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
