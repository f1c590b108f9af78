// `yagura config hash-token`: what to write into the configuration in place of a token.
import { createHash, randomBytes } from "node:crypto";
import { defineCommand } from "../command.ts";
import { wrongUsage } from "../wrong-usage.ts";

const saltBytes = 16;
const leastCharacters = 16;
const mostCharacters = 4096;

export const command = defineCommand({
  name: "config hash-token",
  summary: "Read a token from stdin and print its salted hash for the configuration.",
  options: [],
  examples: [
    "openssl rand -hex 24 | tee operators.token | yagura config hash-token",
    "yagura config hash-token < operators.token",
  ],
  async run(_input, { stdin, stdout, stderr }) {
    if ("isTTY" in stdin && stdin.isTTY === true) stderr.write("Type the token, then Enter and Ctrl-D:\n");
    const token = checked(await readAll(stdin));
    const salt = randomBytes(saltBytes);
    const hash = createHash("sha256").update(salt).update(token, "utf8").digest("hex");
    stdout.write(`sha256:${salt.toString("hex")}:${hash}\n`);
    return 0;
  },
});

async function readAll(stdin: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let takenBytes = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    takenBytes += bytes.length;
    if (takenBytes > 4 * mostCharacters)
      return wrongUsage(`a token has at most ${mostCharacters} characters`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}

/** A short token can be guessed from its hash, and one with blanks or control characters fits into no header. */
function checked(token: string): string {
  if ([...token].length < leastCharacters)
    return wrongUsage(`a token needs at least ${leastCharacters} characters`);
  if (/[\s\p{Cc}]/u.test(token)) return wrongUsage("a token is one line without blanks");
  return token;
}
