// Go's spellings of flags (contract happo §1.1).
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CommandOption } from "./command.ts";
import { parseGoFlags } from "./go-flags.ts";
import { parseGoBoolean, parseGoInteger } from "./go-values.ts";

const options: readonly CommandOption[] = [
  { name: "port", short: "P", kind: "integer", help: "" },
  { name: "logfile", short: "l", kind: "text", help: "" },
  { name: "allowed-hosts", short: "A", kind: "list", help: "" },
  { name: "enable", kind: "boolean", help: "" },
  { name: "host", short: "H", kind: "text", help: "" },
];

describe("flags that can be read", () => {
  it.each<[string[], Record<string, unknown>, string[]]>([
    [[], {}, []],
    [["-port", "6778"], { port: "6778" }, []],
    [["--port", "6778"], { port: "6778" }, []],
    [["-P", "6778"], { port: "6778" }, []],
    [["--P", "6778"], { port: "6778" }, []],
    [["-P=6778"], { port: "6778" }, []],
    [["--port=6778"], { port: "6778" }, []],
    [["-port=0x1A7B"], { port: "6779" }, []],
    [["-port", "-1"], { port: "-1" }, []],
    [["-port", "1", "--port", "2"], { port: "2" }, []],
    [["-l", "-x"], { logfile: "-x" }, []],
    [["-l="], { logfile: "" }, []],
    [["-l", ""], { logfile: "" }, []],
    [["--logfile=a=b"], { logfile: "a=b" }, []],
    [["-l=a\nb"], { logfile: "a\nb" }, []],
    [["-A", "10.0.0.0/8", "-A", "::1"], { "allowed-hosts": ["10.0.0.0/8", "::1"] }, []],
    [["-A", "10.0.0.0/8,127.0.0.2"], { "allowed-hosts": ["10.0.0.0/8,127.0.0.2"] }, []],
    [["--enable"], { enable: true }, []],
    [["-enable", "false"], { enable: true }, ["false"]],
    [["--enable=false"], { enable: false }, []],
    [["--enable=T"], { enable: true }, []],
    [["-H", "web1"], { host: "web1" }, []],
    [["-P", "1", "word", "-P", "2"], { port: "1" }, ["word", "-P", "2"]],
    [["-P", "1", "-", "-P", "2"], { port: "1" }, ["-", "-P", "2"]],
    [["-P", "1", "--", "-P", "2"], { port: "1" }, ["-P", "2"]],
    [["", "-P", "2"], {}, ["", "-P", "2"]],
  ])("%j", (args, given, words) => {
    expect(parseGoFlags(options, args)).toEqual({ kind: "read", given, words });
  });
});

describe("flags that cannot", () => {
  it.each<[string[], string]>([
    [["-bogus"], "flag provided but not defined: -bogus"],
    [["--__proto__=1"], "flag provided but not defined: -__proto__"],
    [["-P"], "flag needs an argument: -P"],
    [["--port"], "flag needs an argument: -port"],
    [["-P", "x"], 'invalid value "x" for flag -P: not an integer'],
    [["-P", ""], 'invalid value "" for flag -P: not an integer'],
    [["--port=1.5"], 'invalid value "1.5" for flag -port: not an integer'],
    [["--enable=yes"], 'invalid value "yes" for flag -enable: not a boolean'],
    [["---port"], "bad flag syntax: ---port"],
    [["-=1"], "bad flag syntax: -=1"],
  ])("%j", (args, reason) => {
    expect(parseGoFlags(options, args)).toEqual({ kind: "wrong", reason });
  });

  it.each([["-h"], ["--h"], ["-help"], ["--help"]])("%s asks for help", (word) => {
    expect(parseGoFlags(options, ["-P", "1", word])).toEqual({ kind: "help" });
  });
});

describe("values as Go reads them", () => {
  it.each<[string, number | undefined]>([
    ["0", 0],
    ["+5", 5],
    ["-0x10", -16],
    ["0o17", 15],
    ["017", 15],
    ["0b101", 5],
    ["08", undefined],
    ["1e3", undefined],
    [" 1", undefined],
    ["--1", undefined],
    ["9007199254740993", undefined],
  ])("the integer %j is %s", (text, value) => {
    expect(parseGoInteger(text)).toBe(value);
  });

  it("reads back every safe integer", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(parseGoInteger(String(value))).toBe(value);
      }),
    );
  });

  it.each(["1", "t", "T", "TRUE", "true", "True"])("%s is true", (text) => {
    expect(parseGoBoolean(text)).toBe(true);
  });

  it.each(["yes", "on", "tRUE", "", "toString"])("%j is neither true nor false", (text) => {
    expect(parseGoBoolean(text)).toBeUndefined();
  });
});

it("never throws, and loses no word after the flags", () => {
  const words = fc.array(
    fc.oneof(fc.constantFrom("-P", "-P=1", "--enable", "-A", "--", "-", "x"), fc.string()),
  );
  fc.assert(
    fc.property(words, (args) => {
      const read = parseGoFlags(options, args);
      if (read.kind === "read" && read.words.length > 0)
        expect(args.slice(-read.words.length)).toEqual(read.words);
    }),
  );
});
