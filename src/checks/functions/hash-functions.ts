// Digests of files (contract opsbro §2.5).
import { createHash } from "node:crypto";
import {
  ExpressionError,
  type FunctionDefinition,
  hashAlgorithm,
  textOf,
} from "../../languages/expression/index.ts";
import type { FunctionHost } from "./function-host.ts";
import { askFile, chunksOf, pathAt } from "./regular-file.ts";

const limitBytes = 1024 * 1024 * 1024;
const chunkBytes = 256 * 1024;

/** Undefined where the file cannot be read. */
async function digestOf(path: string, algorithm: string, signal: AbortSignal): Promise<string | undefined> {
  const hash = createHash(algorithm);
  try {
    for await (const chunk of chunksOf(path, { limitBytes, chunkBytes, signal, isWhole: true })) {
      hash.update(chunk);
    }
  } catch (thrown) {
    if (thrown instanceof ExpressionError) throw thrown;
    return undefined;
  }
  return hash.digest("hex");
}

const fileHashMatch: FunctionDefinition<FunctionHost> = {
  name: "file_hash_match",
  group: "hash",
  doc: "Whether the file has this digest, written as hexadecimal digits; the algorithm is one of md5, sha1, sha224, sha256, sha384, sha512. False where the file cannot be read.",
  parameters: [{ name: "path" }, { name: "algo" }, { name: "hex" }],
  async call([file, algorithm, expected], host) {
    const path = pathAt(host, file);
    const name = hashAlgorithm(textOf(algorithm));
    const wanted = textOf(expected).trim().toLowerCase();
    return (await askFile(path, host, (signal) => digestOf(path, name, signal))) === wanted;
  },
};

export const fileHashFunctions: readonly FunctionDefinition<FunctionHost>[] = [fileHashMatch];
