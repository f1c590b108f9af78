// Digests of texts.
import { createHash } from "node:crypto";
import { ExpressionError, shown } from "../expression-error.ts";
import type { FunctionDefinition } from "../function-definition.ts";
import { textOf } from "../methods/text-methods.ts";
import { takeText } from "../work.ts";

const algorithms = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];

/** The name of a digest that can be asked for. Throws for others. */
export function hashAlgorithm(name: string): string {
  if (algorithms.includes(name)) return name;
  throw new ExpressionError(`there is no hash ${shown(name)}; there are ${algorithms.join(", ")}`);
}

export const hashFunctions: readonly FunctionDefinition[] = [
  {
    name: "hash",
    group: "hash",
    doc: `The digest of a text as hexadecimal digits; the algorithm is one of ${algorithms.join(", ")}.`,
    parameters: [{ name: "string" }, { name: "algo" }],
    call([text, algorithm], _host, work) {
      takeText(work, textOf(text).length);
      return createHash(hashAlgorithm(textOf(algorithm)))
        .update(textOf(text))
        .digest("hex");
    },
  },
];
