// Structured log lines: a fixed message, facts beside it, a name for where it came from.
import type { Clock } from "./clock.ts";
import type { LogSink } from "./log-sink.ts";

/**
 * What the levels are for. error: somebody must act. warning: somebody should look by daylight. info: one line for
 * each thing done for a caller. debug: for whoever reads the source. Nothing is logged for each item of data.
 */
export const logLevels = ["debug", "info", "warning", "error", "fatal"] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogFormat = "text" | "json";
export type LogFacts = Readonly<Record<string, string | number | boolean>>;

export interface Log {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warning(message: string, facts?: LogFacts): void;
  error(message: string, facts?: LogFacts): void;
  fatal(message: string, facts?: LogFacts): void;
  /** True when a line of this level would be written: for facts that cost something to make. */
  writes(level: LogLevel): boolean;
  child(name: string): Log;
}

export interface LogNeeds {
  readonly sink: LogSink;
  readonly clock: Clock;
  /** Told of every line that somebody should look at, whatever the level that is written. */
  readonly onTrouble?: (level: LogLevel, line: string) => void;
}

interface LogConfig {
  readonly level: LogLevel;
  readonly format: LogFormat;
}

export function createLog(config: LogConfig, needs: LogNeeds, name = "agent"): Log {
  const lowest = logLevels.indexOf(config.level);
  const format = config.format === "json" ? jsonLine : textLine;
  const at =
    (level: LogLevel) =>
    (message: string, facts: LogFacts = {}) => {
      const isTrouble = needs.onTrouble !== undefined && level !== "debug" && level !== "info";
      const isWritten = logLevels.indexOf(level) >= lowest;
      if (!isWritten && !isTrouble) return;
      const line = { time: new Date(needs.clock.now()), level, name, message, facts };
      if (isTrouble) needs.onTrouble?.(level, textLine(line).trimEnd());
      if (isWritten) needs.sink.write(format(line));
    };
  return {
    debug: at("debug"),
    info: at("info"),
    warning: at("warning"),
    error: at("error"),
    fatal: at("fatal"),
    writes: (level) => logLevels.indexOf(level) >= lowest,
    child: (childName) => createLog(config, needs, childName),
  };
}

interface Line {
  readonly time: Date;
  readonly level: LogLevel;
  readonly name: string;
  readonly message: string;
  readonly facts: LogFacts;
}

function jsonLine({ time, level, name, message, facts }: Line): string {
  return `${printable(JSON.stringify({ time: time.toISOString(), level, name, message, ...facts }))}\n`;
}

/** `YYYY-MM-DD HH:MM:SS [level] message key=value,key=value` in local time (contract happo §11). */
function textLine({ time, level, name, message, facts }: Line): string {
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const hour = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  const pairs = Object.entries(facts).map(([key, value]) => `${key}=${printable(String(value))}`);
  const tail = pairs.length > 0 ? ` ${pairs.join(",")}` : "";
  return `${day} ${hour} [${level}] ${name}: ${printable(message)}${tail}\n`;
}

/** Control characters are written as escapes: nobody forges a line, talks to the terminal or turns a text around. */
export function printable(text: string): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, escaped);
}
