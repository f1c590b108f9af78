// The types that the receiver is taken to know: the files that the operator named, or collectd's own.
import {
  type CollectdTypes,
  type DataSource,
  parseTypesDb,
} from "../../../formats/collectd-types/parse-types-db.ts";
import { AgentError, reasonOf } from "../../../kernel/errors.ts";
import { readRegularLater } from "../../../kernel/trusted-file.ts";

const ownOfCollectd = "/usr/share/collectd/types.db";
const limitBytes = 8 * 1024 * 1024;

/** Rejects with `host.file` for one that was named and cannot be read. */
export async function readTypes(paths: readonly string[] | undefined): Promise<CollectdTypes> {
  const types = new Map<string, readonly DataSource[]>();
  for (const path of paths ?? [ownOfCollectd]) {
    const bytes = await readRegularLater(path, limitBytes).catch((thrown: unknown) => {
      if (paths === undefined) return "";
      throw new AgentError("host.file", { path, reason: reasonOf(thrown), cause: thrown });
    });
    for (const [type, sources] of parseTypesDb(bytes.toString("utf8")).types) types.set(type, sources);
  }
  return types;
}
