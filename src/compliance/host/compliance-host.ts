// What drivers see of this host.
import { BoundedMap } from "../../kernel/bounded-map.ts";
import type { Clock } from "../../kernel/clock.ts";
import { PackageManager } from "../packages/package-manager.ts";
import type { Digests } from "./file-digest.ts";
import type { RunProgram } from "./program.ts";

export interface HostNeeds {
  readonly clock: Pick<Clock, "monotonicMs">;
  /** Directory in place of `/`. */
  readonly root: string;
  readonly downloadLimitBytes: number;
  readonly run: RunProgram;
  /** Whether the system's path has a program of that name. */
  readonly hasProgram: (name: string) => boolean;
}

export interface ComplianceHost extends HostNeeds {
  readonly packages: PackageManager;
  /** Of files that have not changed since; by path. */
  readonly digests: BoundedMap<string, Digests>;
}

const digestsKept = 256;

export function createHost(needs: HostNeeds): ComplianceHost {
  return { ...needs, packages: new PackageManager(needs), digests: new BoundedMap(digestsKept) };
}
