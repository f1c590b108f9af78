// What a caller's text for a hop comes to, and where a request type leads.
import { describe, expect, it } from "vitest";
import { canonicalHost, hopUrl, parseHop } from "./hop.ts";

const refused = expect.objectContaining({ code: "body.invalid" });

describe("a hop", () => {
  it.each([
    ["web.example", "web.example", 6777],
    ["WEB.example.:443", "web.example", 443],
    ["10.0.0.1:1", "10.0.0.1", 1],
    ["10.0.0.1:0", "10.0.0.1", 0],
    ["10.0.0.1:65535", "10.0.0.1", 65_535],
    ["10.0.0.1:65536", "10.0.0.1", 6777],
    ["10.0.0.1:99999", "10.0.0.1", 6777],
    ["10.0.0.1:123456", "10.0.0.1", 6777],
    ["10.0.0.1:x1", "10.0.0.1", 6777],
    ["10.0.0.1:1x", "10.0.0.1", 6777],
    ["10.0.0.1:", "10.0.0.1", 6777],
    ["10.0.0.1:1:2", "10.0.0.1", 6777],
    ["[2001:DB8::1]", "2001:db8::1", 6777],
    ["[2001:db8::1]:443", "2001:db8::1", 443],
    ["127.1:443", "127.0.0.1", 443],
  ])("%s is %s at %i", (entry, host, port) => {
    expect(parseHop(entry)).toEqual({ host, port });
  });

  it.each([
    "",
    ":443",
    "a b",
    "a/b",
    "[10.0.0.1]",
    "[::1",
    "[::1]x",
    "x[::1]",
    "[fe80::1%eth0]",
    "256.1.1.1",
    "a@b",
  ])("%j names no host", (entry) => expect(() => parseHop(entry)).toThrow(refused));

  it("that is refused is repeated in part", () => {
    expect(() => parseHop("/".repeat(5000))).toThrow(/^.{300,400}$/);
  });
});

it.each([
  ["0x7f.1", "127.0.0.1"],
  ["[::FFFF:127.0.0.1]", "::ffff:7f00:1"],
  ["web.example.", "web.example"],
  ["a b", undefined],
])("the resolver reads %s as %s", (text, host) => {
  expect(canonicalHost(text)).toBe(host);
});

describe("a request type", () => {
  it.each([
    ["10.0.0.1", "monitor", "https://10.0.0.1:6777/monitor"],
    ["2001:db8::1", "status?a=1", "https://[2001:db8::1]:6777/status?a=1"],
    ["web.example", "a/../~b-c.d/", "https://web.example:6777/~b-c.d/"],
  ])("of %s: %s leads to %s", (host, type, url) => {
    expect(hopUrl({ host, port: 6777 }, type).href).toBe(url);
  });

  it.each(["a b", "a%20b", "a;b", "é"])("%j leads nowhere", (type) => {
    expect(() => hopUrl({ host: "10.0.0.1", port: 6777 }, type)).toThrow(refused);
  });

  it("makes no address of a host that is none", () => {
    expect(() => hopUrl({ host: "a b", port: 6777 }, "monitor")).toThrow(refused);
  });
});
