// What a plugin would do with its words: look at the host, connect to whom they name, or what it is told.
import { strict as assert } from "node:assert";
import { isIP } from "node:net";
import { type ConnectingPlugin, type KnownPlugin, pluginEntry, valuePattern } from "./plugin-table.ts";
import { type GivenValue, readOptionWords } from "./read-option-words.ts";

export type Judgement =
  /** It only looks at this host and says what it saw. */
  | { readonly kind: "harmless" }
  /** It opens connections to these names and addresses, and to nothing else. */
  | {
      readonly kind: "connects";
      readonly targets: readonly string[];
      /** The words with which it connects to the addresses that the targets were found to have. */
      pin(addressOf: (target: string) => string): readonly string[];
    }
  /** It runs, reads or writes what it is told, or its words cannot be read exactly. */
  | { readonly kind: "told"; readonly reason: string }
  /** Nobody judged a plugin of that name. */
  | { readonly kind: "unknown" };

/** Judged by what `plugins.json` knows of the plugin of that name; whatever it does not name is `told`. */
export function judgePlugin(name: string, words: readonly string[]): Judgement {
  const entry = pluginEntry(name);
  if (entry === undefined) return { kind: "unknown" };
  if (entry.kind === "told") return entry;
  const strange = strangeWord(words, entry.rewritten);
  if (strange !== undefined) return told(strange);
  const reading = readOptionWords(words, { style: entry.style, kinds: kindsOf(entry) });
  if ("refused" in reading) return told(reading.refused);
  const positional = withKinds(reading.positional, entry.positional);
  if (positional === undefined) return told("more words than are known of it");
  const values = [...reading.given, ...positional];
  const wrong = values.find((given) => !isAcceptable(given));
  if (wrong !== undefined) return told(`a value that is not one of those known of it: ${wrong.value}`);
  return entry.kind === "harmless"
    ? { kind: "harmless" }
    : judgeTargets(entry, { words, values, positional });
}

function told(reason: string): Judgement {
  return { kind: "told", reason };
}

/** `--extra-opts` is cut out of the words by the plugins themselves wherever it stands, and names a file to read. */
function strangeWord(words: readonly string[], rewritten: readonly string[]): string | undefined {
  for (const word of words) {
    if (/\p{Cc}/u.test(word)) return "a control character";
    if (word.startsWith("--extra-opts")) return "the option --extra-opts";
    if (rewritten.includes(word)) return `a word that the plugin rewrites: ${word}`;
  }
  return undefined;
}

function kindsOf({ options }: KnownPlugin): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(options).flatMap(([spellings, kind]) =>
      spellings.split(" ").map((spelling) => [spelling, kind] as const),
    ),
  );
}

function withKinds(values: readonly GivenValue[], kinds: readonly string[]): GivenValue[] | undefined {
  if (values.length > kinds.length) return undefined;
  return values.map((given, index) => ({ ...given, kind: kinds[index] ?? "" }));
}

const hostKinds: readonly string[] = ["target", "host", "name", "address"];

function isAcceptable({ kind, value }: GivenValue): boolean {
  if (value === undefined) return true;
  if (hostKinds.includes(kind)) return isHost(value);
  return valuePattern(kind.replace(/^\?/, "")).test(value);
}

/**
 * An address in its usual form, or a name that no resolver takes for an address: `127.1` and `0x7f000001` are neither.
 */
function isHost(text: string): boolean {
  if (isIP(text) !== 0) return !text.includes("%");
  return (
    text.length <= 253 &&
    /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(text)
  );
}

interface Given {
  readonly words: readonly string[];
  readonly values: readonly GivenValue[];
  readonly positional: readonly GivenValue[];
}

function judgeTargets(entry: ConnectingPlugin, given: Given): Judgement {
  const ofKind = (kind: string) => given.values.filter((value) => value.kind === kind);
  const [names, addresses, targets] = [ofKind("name"), ofKind("address"), ofKind("target")];
  const inBothWays = new Set(targets.map(({ index }) => isPositional(given, index))).size > 1;
  if (names.length > 1 || addresses.length > 1 || inBothWays) return told("a host named twice");
  const name = names[0]?.value;
  // Where the name is an address itself, some connect to it whatever the other option says.
  if (name !== undefined && isIP(name) !== 0 && addresses.length > 0) return told("two addresses");
  const replaced = [...addresses, ...targets];
  if (replaced.length > 0) return replacing(given.words, replaced);
  if (name !== undefined && entry.address !== undefined)
    return accompanying(given.words, name, entry.address);
  if (entry.unnamed === "resolver") return { kind: "connects", targets: [], pin: () => given.words };
  if (entry.unnamed === undefined) return told("no host is named");
  return accompanying(given.words, entry.unnamed.target, entry.unnamed.option);
}

function isPositional({ positional }: Given, index: number): boolean {
  return positional.some((value) => value.index === index);
}

function replacing(words: readonly string[], values: readonly GivenValue[]): Judgement {
  return {
    kind: "connects",
    targets: values.map(({ value = "" }) => value),
    pin(addressOf) {
      const pinned = [...words];
      for (const { value = "", index, prefix } of values)
        pinned[index] = prefix + addressFor(value, addressOf);
      return pinned;
    },
  };
}

/** The option stands first: behind a `--` it would be read as a word. */
function accompanying(words: readonly string[], target: string, option: string): Judgement {
  return {
    kind: "connects",
    targets: [target],
    pin: (addressOf) => [option, addressFor(target, addressOf), ...words],
  };
}

function addressFor(target: string, addressOf: (target: string) => string): string {
  const address = addressOf(target);
  assert(isIP(address) !== 0 && !address.includes("%"), `${address} is no address`);
  return address;
}
