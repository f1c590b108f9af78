// Whether a word that sh would take for a pattern matches anything: where nothing does, sh leaves it as it is.
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Directories that are looked into for one word. */
const directoriesLimit = 1000;

/**
 * True also where it cannot be said for sure. `signs` are the places of `*`, `?` and `[` that stand for themselves in no
 * way. Relative patterns are those of the agent's directory, in which programs run.
 */
export async function matchesFile(word: string, signs: readonly number[]): Promise<boolean> {
  let bases = [word.startsWith("/") ? "/" : process.cwd()];
  let start = 0;
  for (const part of word.split("/")) {
    const inPart = signs.map((place) => place - start).filter((place) => place >= 0 && place < part.length);
    start += part.length + 1;
    bases = (await Promise.all(bases.map((base) => entriesOf(base, part, inPart)))).flat();
    if (bases.length > directoriesLimit) return true;
  }
  return bases.length > 0;
}

async function entriesOf(base: string, part: string, signs: readonly number[]): Promise<string[]> {
  const pattern = patternOf(part, signs);
  const path = join(base, part);
  if (pattern === undefined) return (await exists(path)) ? [path] : [];
  // A leading dot is matched by a dot only (XCU 2.13.3).
  const isHidden = part.startsWith(".");
  const names = await readdir(base).catch(() => []);
  return [...names, ".", ".."]
    .filter((name) => name.startsWith(".") === isHidden && matches(pattern, name))
    .map((name) => join(base, name));
}

type Token = string | typeof one | typeof any;
const one = "any character";
const any = "any characters";

/** Undefined for what is no pattern. */
function patternOf(part: string, signs: readonly number[]): Token[] | undefined {
  const close = part.lastIndexOf("]");
  if (hasEndlessRange(part, signs, close)) return [any];
  const active = signs.filter((place) => part[place] !== "[" || place < close);
  if (active.length === 0) return undefined;
  const tokens: Token[] = [];
  for (let place = 0; place < part.length; place += 1) {
    const character = part[place] ?? "";
    if (!active.includes(place)) tokens.push(character);
    else if (character === "[") {
      tokens.push(...bracketOf(part.slice(place + 1, close)));
      place = close;
    } else tokens.push(character === "*" ? any : one);
  }
  return tokens;
}

/** Of a range without an end in a bracket without one dash reads on behind the word: what it finds cannot be said. */
function hasEndlessRange(part: string, signs: readonly number[], close: number): boolean {
  return part.endsWith("-") && signs.some((place) => part[place] === "[" && place > close);
}

/** Matches rather too much: any character, or several where it cannot be seen at once which bracket closes. */
function bracketOf(inside: string): Token[] {
  return /^[!^]?[\w-]+$/.test(inside) ? [one] : [one, any];
}

/** In time that grows with the lengths of both, however many signs there are. */
function matches(tokens: readonly Token[], name: string): boolean {
  let [token, place, after, mark] = [0, 0, 0, 0];
  while (place < name.length) {
    const wanted = tokens[token];
    if (wanted === any) {
      token += 1;
      [after, mark] = [token, place];
    } else if (wanted === one || wanted === name[place]) {
      token += 1;
      place += 1;
    } else if (after > 0) {
      mark += 1;
      [token, place] = [after, mark];
    } else return false;
  }
  return tokens.slice(token).every((left) => left === any);
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}
