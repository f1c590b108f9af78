// The names that the program answers to beside its own: those of the older systems, as people and service files call them.
import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { OptionValues } from "./command.ts";

/** What a command line means under the name that it was called by. */
export type CalledWords =
  | { readonly kind: "words"; readonly words: readonly string[]; readonly defaults?: OptionValues }
  /** The older program had it; this one does not have it yet. */
  | { readonly kind: "absent"; readonly what: string };

const readers: Readonly<Record<string, (argv: readonly string[]) => CalledWords>> = {
  "happo-agent": happoAgent,
  check_happo: checkHappo,
  opsbro,
  "send-command": () => ({ kind: "absent", what: "sending commands to a service" }),
  "send-config": () => ({ kind: "absent", what: "sending a configuration to collectd" }),
};

/** Without that of the program itself. */
export const olderNames: readonly string[] = Object.keys(readers);

/** How messages speak of the program that was called by this path. */
export function programName(path: string): string {
  const name = basename(path);
  return Object.hasOwn(readers, name) ? name : "yagura";
}

/** The words as our commands have them. */
export function calledWords(program: string, argv: readonly string[]): CalledWords {
  return readers[program]?.(argv) ?? { kind: "words", words: argv };
}

/** Its commands have the same names here. Scaling groups are missing (contract happo §1.5, §1.6). */
function happoAgent(argv: readonly string[]): CalledWords {
  const scaling = ["resolve_alias", "add_ag", "list_aliases", "leave"];
  const [first = ""] = argv;
  return scaling.includes(first) ? { kind: "absent", what: first } : { kind: "words", words: argv };
}

const checkFlags: Readonly<Record<string, string>> = { plugin_name: "plugin", plugin_option: "options" };

/** One command, `monitor`, and long names of two flags that are others here (contract happo §1.7). */
function checkHappo(argv: readonly string[]): CalledWords {
  const [first = "", ...others] = argv;
  if (/^--?(v|version)$/.test(first)) return { kind: "words", words: ["--version"] };
  const words = (first === "monitor" ? others : argv).map((word) =>
    word.replace(/^(--?)(plugin_(?:name|option))(?==|$)/, (_, dashes: string, name: string) => {
      return `${dashes}${checkFlags[name] ?? name}`;
    }),
  );
  return { kind: "words", words: ["check", ...(words.length === 0 ? ["--help"] : words)] };
}

/** Where its packages put its configuration (contract opsbro §1.1). */
const opsbroDirectory = "/etc/opsbro";

/** Commands that need several nodes, and some about the inside of the Python program (contract opsbro §12.2). */
const opsbroAbsent =
  /^(gossip|kv-store|executors|raft|generators|tutorials|agent (modules|keygen|internal|log|windows)|collectors run)( |$)/;
const opsbroStartFlags = /^--?(daemon|one-shot|auto-detect)$/;

function opsbro(argv: readonly string[]): CalledWords {
  const start = argv.findIndex((word) => word !== "--debug");
  const words = start < 0 ? [] : argv.slice(start);
  const absent = opsbroAbsent.exec(words.join(" "));
  if (absent !== null) return { kind: "absent", what: words.slice(0, 2).join(" ") };
  const isStart = words[0] === "agent" && words[1] === "start";
  const flag = isStart ? words.find((word) => opsbroStartFlags.test(word)) : undefined;
  if (flag !== undefined) return { kind: "absent", what: `agent start ${flag}` };
  if (/^(version|banner)$/.test(words[0] ?? "")) return { kind: "words", words: ["--version"] };
  if (/^(-l|--list)$/.test(words[0] ?? "")) return { kind: "words", words: ["--help"] };
  const defaults = existsSync(opsbroDirectory) ? { defaults: { "cfg-dir": opsbroDirectory } } : {};
  return { kind: "words", words, ...defaults };
}
