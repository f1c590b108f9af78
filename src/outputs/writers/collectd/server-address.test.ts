// What may stand for a server of collectd, and what may not.
import { describe, expect, it } from "vitest";
import { collectd } from "./index.ts";
import { parseServerAddress } from "./server-address.ts";

describe("a server", () => {
  it.each([
    ["127.0.0.1:25827", { host: "127.0.0.1", port: 25_827 }],
    ["collectd", { host: "collectd", port: 25_826 }],
    ["my_stack-1.example.org.:1", { host: "my_stack-1.example.org.", port: 1 }],
    ["[::1]:65535", { host: "::1", port: 65_535 }],
    ["[fe80::1]", { host: "fe80::1", port: 25_826 }],
  ])("is %s", (text, expected) => {
    expect(parseServerAddress(text)).toEqual(expected);
    expect(collectd.config.safeParse({ server: text }).success).toBe(true);
  });

  it.each([
    ...["h:99999", "h:65536", "h:0", "h:", ":1", "", "a?b:1", "a#b", "a#b:1", "a@b:1", "%41:1"],
    ...["exa mple", "-x", "x-", "a..b", "1:2", "999.1.1.1", "1.2.3", "1.2.3.4.", "é:1", "a/b"],
    ...["::1", "[::1", "[]:1", "[1.2.3.4]:1", "[::1]:99999", "[::1]x", "a:1:2", "h:1\n", "x".repeat(64)],
  ])("is not %j", (text) => {
    expect(parseServerAddress(text)).toBeUndefined();
    expect(collectd.config.safeParse({ server: text }).success).toBe(false);
  });
});
