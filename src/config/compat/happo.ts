// The flags and variables of happo-agent's daemon as configuration of ours (contract happo §1.1 and §1.2).
import { AgentError } from "../../kernel/errors.ts";
import type { Overlay } from "../overlays.ts";
import { type HappoFlag, happoDaemonFlags, happoPluginPaths } from "./happo-flags.ts";

type HappoFlagValue = string | readonly string[] | boolean | undefined;
type Flags = Readonly<Record<string, HappoFlagValue>>;
type Environment = Readonly<Record<string, string | undefined>>;

/** Stands for no limit: about as long as a timer of the runtime can count. */
const longestDeadline = "24d";

/** Where a flag's value goes, and in which form. Flags that are not named here are accepted and say nothing. */
const targets: Readonly<Record<string, { path: readonly string[]; value?: (given: Given) => unknown }>> = {
  port: { path: ["api", "port"] },
  "allowed-hosts": { path: ["api", "allow"] },
  "public-key": { path: ["api", "tls", "certificate"] },
  "private-key": { path: ["api", "tls", "key"] },
  "max-connections": { path: ["api", "max_connections"] },
  // A negative number of seconds stands for the default.
  "command-timeout": {
    path: ["programs", "deadline"],
    value: (seconds) => (Number(seconds) < 0 ? "10s" : `${seconds}s`),
  },
  logfile: { path: ["log", "file"] },
  dbfile: { path: ["store", "directory"] },
  "machine-state-max-lifetime-seconds": { path: ["store", "machine_states", "max_age"], value: lifetime },
  "proxy-timeout-seconds": {
    path: ["api", "proxy", "deadline"],
    value: (seconds) => (Number(seconds) <= 0 ? longestDeadline : `${seconds}s`),
  },
  "error-log-interval-seconds": {
    path: ["checks", "machine_state", "every"],
    value: (seconds) => (Number(seconds) < 0 ? "off" : `${seconds}s`),
  },
  "nagios-plugin-paths": { path: ["programs", "paths"], value: (text) => splitList(String(text)) },
  "metric-config": { path: ["inputs", "metric_programs", "file"] },
  "sensu-plugin-paths": { path: ["programs", "metric_paths"], value: (text) => splitList(String(text)) },
  "metrics-max-lifetime-seconds": { path: ["store", "journal", "max_age"], value: lifetime },
  "disable-collect-metrics": {
    path: ["inputs", "metric_programs", "enabled"],
    value: (disabled) => disabled !== true,
  },
  "enable-requeststatus-middleware": { path: ["api", "request_counts"] },
  "log-level": { path: ["log", "level"], value: levelOf },
};

/** Whether the environment holds a variable of the older agent's daemon. */
export function isHappoEnvironment(environment: Environment): boolean {
  return happoDaemonFlags.some(({ env }) => (environment[env] ?? "") !== "");
}

/** It runs all that it is asked for at the same time: a hundred checks of two seconds are answered after two seconds. */
const happoAtOnce = 256;

/** What holds where the agent was started as the older one, and nothing says otherwise. */
export function happoDefaults(origin: string): Overlay[] {
  return [
    { path: ["access", "defaults"], value: "happo", origin },
    { path: ["programs", "paths"], value: happoPluginPaths, origin },
    { path: ["programs", "at_once"], value: happoAtOnce, origin },
  ];
}

type Given = string | number | boolean | readonly string[];

/**
 * One overlay for each flag or variable that was given and means something here. `flags` holds the flags by name.
 * A flag wins over its variable; a list takes the entries of both. Throws `usage.wrong` for a flag of the wrong form.
 */
export function happoOverlays(flags: Flags, environment: Environment): Overlay[] {
  return happoDaemonFlags.flatMap((flag) => {
    // Read before the target is looked at: a flag that means nothing here is refused like any other when it is wrong.
    const source = given(flag, { flags, environment });
    const target = targets[flag.name];
    if (target === undefined || source === undefined) return [];
    const { value, origin } = source;
    return [{ path: target.path, value: target.value?.(value) ?? value, origin }];
  });
}

interface Source {
  readonly value: Given;
  readonly origin: string;
}

function given(flag: HappoFlag, from: { flags: Flags; environment: Environment }): Source | undefined {
  const { name, env, kind } = flag;
  const typed = from.flags[name];
  const inherited = from.environment[env] === "" ? undefined : from.environment[env];
  if (kind === "list") return givenList(flag, { typed, inherited });
  // Given empty it is what it is without the flag, as its variable is.
  if (kind === "text" && typed !== undefined && lastOf(typed) === "") return undefined;
  if (typed !== undefined) return { value: fromFlag(flag, lastOf(typed)), origin: `--${name}` };
  const value = inherited === undefined ? undefined : fromVariable(flag, inherited);
  return value === undefined ? undefined : { value, origin: env };
}

/** Entries of the variable come first. Commas separate entries in both, unlike the original (contract happo §3). */
function givenList(
  { name, env }: HappoFlag,
  { typed, inherited }: { typed: HappoFlagValue; inherited: string | undefined },
): Source | undefined {
  const sources = [...(inherited === undefined ? [] : [env]), ...(typed === undefined ? [] : [`--${name}`])];
  if (sources.length === 0) return undefined;
  const texts = [inherited ?? "", ...[typed ?? ""].flat()];
  return { value: texts.flatMap((text) => splitList(String(text))), origin: sources.join(" and ") };
}

/** Of a flag that was repeated the last one counts. */
function lastOf(typed: Exclude<HappoFlagValue, undefined>): string | boolean {
  return typeof typed === "object" ? (typed.at(-1) ?? "") : typed;
}

function fromFlag({ name, kind }: HappoFlag, typed: string | boolean): Given {
  const read = { integer: integerOf, boolean: truthOf, text: String, list: String }[kind];
  const value = read(String(typed));
  if (value !== undefined) return value;
  const expected = kind === "integer" ? "a whole number" : "true or false";
  const reason = `--${name}: expected ${expected}, found ${JSON.stringify(typed)}`;
  throw new AgentError("usage.wrong", { reason });
}

/** A number that cannot be read is as good as none; a truth value that cannot be read is false. */
function fromVariable({ kind }: HappoFlag, text: string): Given | undefined {
  if (kind === "integer") return integerOf(text);
  return kind === "boolean" ? (truthOf(text) ?? false) : text;
}

function integerOf(text: string): number | undefined {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The spellings that Go's flag package knows. */
function truthOf(text: string): boolean | undefined {
  if (["1", "t", "T", "TRUE", "true", "True"].includes(text)) return true;
  return ["0", "f", "F", "FALSE", "false", "False"].includes(text) ? false : undefined;
}

/** Negative: without end. */
function lifetime(seconds: Given): string {
  return Number(seconds) < 0 ? "100y" : `${String(seconds)}s`;
}

function splitList(text: string): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

function levelOf(given: Given): string {
  const level = String(given).replace(/\s/g, "").toLowerCase();
  return level === "debug" || level === "info" ? level : "warning";
}
