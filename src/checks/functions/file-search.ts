// Searching a file for a line.
import { compilePattern, ExpressionError } from "../../languages/expression/index.ts";
import type { FunctionHost } from "./function-host.ts";
import { askFile, linesOf } from "./regular-file.ts";

const limitBytes = 16 * 1024 * 1024;
const longestText = 10_000;

export interface Search {
  readonly wanted: string;
  readonly isPattern: boolean;
}

interface Way {
  readonly matches: (line: string) => boolean;
  /** Small where each byte may cost much: nothing else of the agent runs until a chunk is searched. */
  readonly chunkBytes: number;
  readonly overlap: number;
}

/** False also where the file cannot be read. Rejects with `ExpressionError` for a wrong pattern, and when it takes too long. */
export async function searchFile(
  path: string,
  search: Search,
  host: Pick<FunctionHost, "clock" | "signal">,
): Promise<boolean> {
  const { matches, chunkBytes, overlap } = wayOf(search);
  return await askFile(path, host, async (signal) => {
    try {
      for await (const lines of linesOf(path, { limitBytes, chunkBytes, signal }, overlap))
        if (lines.some(matches)) return true;
    } catch {
      return false;
    }
    return false;
  });
}

function wayOf({ wanted, isPattern }: Search): Way {
  if (isPattern) {
    const pattern = compilePattern(wanted, { ignoreCase: true });
    return { matches: (line) => pattern.matches(line), chunkBytes: 4096, overlap: 0 };
  }
  if (wanted.length > longestText)
    throw new ExpressionError(`the text is longer than ${longestText} characters`);
  const small = wanted.toLowerCase();
  const matches = (line: string) => line.toLowerCase().includes(small);
  return { matches, chunkBytes: 65_536, overlap: Math.max(0, wanted.length - 1) };
}
