// The types that the receiver is taken to know: the files that the operator named, or collectd's own.
import { readFile } from "node:fs/promises";
import {
  type CollectdTypes,
  type DataSource,
  parseTypesDb,
} from "../../../formats/collectd-types/parse-types-db.ts";
import { AgentError, reasonOf } from "../../../kernel/errors.ts";

const ownOfCollectd = "/usr/share/collectd/types.db";

/** Rejects with `host.file` for one that was named and cannot be read. */
export async function readTypes(paths: readonly string[] | undefined): Promise<CollectdTypes> {
  const types = new Map<string, readonly DataSource[]>();
  for (const path of paths ?? [ownOfCollectd]) {
    const text = await readFile(path, "utf8").catch((thrown: unknown) => {
      if (paths === undefined) return "";
      throw new AgentError("host.file", { path, reason: reasonOf(thrown), cause: thrown });
    });
    for (const [type, sources] of parseTypesDb(text).types) types.set(type, sources);
  }
  return types;
}
