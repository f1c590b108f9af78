// A parameter of a pack as it may be listed: secrets are known by the key of the configuration that takes the value.
import { maskedCredentials } from "../../kernel/masked-credentials.ts";
import { configJsonSchema, type Section } from "../json-schema.ts";
import { below, isMarked, rootSpot } from "../schema-tree.ts";

/** Where parameters of a pack go that has the name of a collector or of a handler. */
const takers = [["inputs", "collectors"], ["handlers"]];

/** `***` for a secret; credentials in addresses are hidden in any other. */
export function parameterShower(sections: readonly Section[]) {
  const root = rootSpot(configJsonSchema(sections));
  return ({ pack, key, value }: { pack: string; key: string; value: unknown }): unknown => {
    const isSecret = takers.some((path) => isMarked([...path, pack, key].reduce(below, root), "secret"));
    if (isSecret) return value === "" || value === null ? value : "***";
    return typeof value === "string" ? maskedCredentials(value) : value;
  };
}
