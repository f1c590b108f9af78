// One part of a name against `*`, `?` and `[a-z]`: without going back more than to the last star.
import { refusal, shown } from "../fault.ts";

export interface Glob {
  /** The text when there is no wildcard in it. */
  readonly literal: string | undefined;
  matches(text: string): boolean;
}

interface One {
  readonly kind: "one";
  fits(character: string): boolean;
}

type Token = One | { readonly kind: "star" };

const limit = 1024;
const star: Token = { kind: "star" };
const any: One = { kind: "one", fits: () => true };

/** As a shell reads it; an opened bracket that is never closed stands for itself. */
export function globOf(pattern: string): Glob {
  if (!/[*?[]/.test(pattern)) return { literal: pattern, matches: (text) => text === pattern };
  if (pattern.length > limit)
    throw refusal(`${shown(pattern)} is a pattern of more than ${limit} characters`);
  const tokens = tokensOf([...pattern]);
  return { literal: undefined, matches: (text) => fits(tokens, [...text]) };
}

function tokensOf(characters: readonly string[]): Token[] {
  const tokens: Token[] = [];
  for (let place = 0; place < characters.length; place += 1) {
    const end = characters[place] === "[" ? closingBracket(characters, place) : -1;
    const token = end < 0 ? tokenOf(characters[place] ?? "") : oneOf(characters.slice(place + 1, end));
    if (token !== star || tokens.at(-1) !== star) tokens.push(token);
    place = Math.max(place, end);
  }
  return tokens;
}

function tokenOf(character: string): Token {
  if (character === "*") return star;
  return character === "?" ? any : exactly(character);
}

function exactly(wanted: string): One {
  return { kind: "one", fits: (character) => character === wanted };
}

/** A bracket right behind the opening one, or behind its `!`, is one of the characters. */
function closingBracket(characters: readonly string[], open: number): number {
  const first = characters[open + 1] === "!" ? open + 2 : open + 1;
  return characters.indexOf("]", first + 1);
}

function oneOf(inside: readonly string[]): One {
  const negated = inside[0] === "!";
  const members = negated ? inside.slice(1) : inside;
  const ranges: [string, string][] = [];
  for (let place = 0; place < members.length; place += 1) {
    const from = members[place] ?? "";
    const to = members[place + 1] === "-" ? members[place + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) place += 2;
  }
  return {
    kind: "one",
    fits: (character) => ranges.some(([from, to]) => from <= character && character <= to) !== negated,
  };
}

function fits(tokens: readonly Token[], text: readonly string[]): boolean {
  let token = 0;
  let place = 0;
  let starAt = -1;
  let starPlace = 0;
  while (place < text.length) {
    const wanted = tokens[token];
    if (wanted?.kind === "star") {
      starAt = token;
      starPlace = place;
      token += 1;
    } else if (wanted?.fits(text[place] ?? "")) {
      token += 1;
      place += 1;
    } else if (starAt < 0) return false;
    else {
      // The last star takes one more; earlier ones need not, as what stood between them already fits.
      starPlace += 1;
      place = starPlace;
      token = starAt + 1;
    }
  }
  while (tokens[token]?.kind === "star") token += 1;
  return token === tokens.length;
}
