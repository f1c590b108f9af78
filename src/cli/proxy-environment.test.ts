// HTTP_PROXY, HTTPS_PROXY and NO_PROXY.
import { describe, expect, it } from "vitest";
import { proxyFor } from "./proxy-environment.ts";

const both = { HTTP_PROXY: "http://p:3128", HTTPS_PROXY: "http://s:3129" };

it.each<[string, Record<string, string>, string | undefined]>([
  ["http://m.example/", both, "http://p:3128/"],
  ["https://m.example/", both, "http://s:3129/"],
  ["https://m.example/", { HTTP_PROXY: "http://p" }, undefined],
  ["http://m.example/", { http_proxy: "p:3128" }, "http://p:3128/"],
  ["http://m.example/", { HTTP_PROXY: "up", http_proxy: "low" }, "http://up/"],
  ["http://m.example/", { HTTP_PROXY: "" }, undefined],
  ["http://localhost/", both, undefined],
  ["http://127.0.0.9/", both, undefined],
  ["http://[::1]/", both, undefined],
])("%s with %j goes through %s", (target, environment, proxy) => {
  expect(proxyFor(new URL(target), environment)?.href).toBe(proxy);
});

describe("NO_PROXY", () => {
  it.each([
    ["*", "m.example", true],
    ["m.example", "m.example", true],
    ["example", "m.example", true],
    [".example", "m.example", true],
    [".m.example", "m.example", false],
    ["*.example", "m.example", true],
    ["ample", "m.example", false],
    ["a.example, M.EXAMPLE", "m.example", true],
    ["m.example:80", "m.example", true],
    ["m.example:8080", "m.example", false],
    ["10.0.0.0/8", "10.1.2.3", true],
    ["10.0.0.0/8", "11.1.2.3", false],
    ["10.0.0.0/99", "10.1.2.3", false],
    ["10.1.2.3", "10.1.2.3", true],
    ["fd00::/8", "[fd00::5]", true],
    ["fd00::5", "[fd00::5]", true],
    ["", "m.example", false],
    [",,", "m.example", false],
  ])("%j with %s exempts: %s", (list, host, exempt) => {
    const proxy = proxyFor(new URL(`http://${host}/`), { ...both, NO_PROXY: list });
    expect(proxy === undefined).toBe(exempt);
  });
});

it.each(["socks5://p:1080", "http://", "ftp://p"])("refuses %s and does not repeat it", (value) => {
  expect(() => proxyFor(new URL("http://m.example/"), { HTTP_PROXY: value })).toThrow(
    "HTTP_PROXY is not the URL of an HTTP proxy",
  );
});
