import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { createOwnNames } from "./own-names.ts";
import { createSelfSigned } from "./self-signed.ts";

describe("names of this agent", () => {
  const names = createOwnNames(["web1.example", "*.cluster.example"]);

  it.each([
    undefined,
    "",
    "localhost",
    "localhost:6777",
    "LOCALHOST.",
    "127.0.0.1:6777",
    "10.1.2.3",
    "[::1]:6777",
    "[2001:db8::1]",
    hostname(),
    `${hostname()}:6777`,
    "web1.example",
    "WEB1.example:1",
    "a.cluster.example",
    "a.b.cluster.example",
  ])("%s is one", (host) => {
    expect(names.has(host)).toBe(true);
  });

  it.each([
    "evil.example",
    "web1.example.evil.example",
    "xweb1.example",
    "cluster.example",
    "xcluster.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "localhost@evil.example",
    "evil.example/localhost",
    "local host",
    "x".repeat(400),
  ])("%s is none", (host) => {
    expect(names.has(host)).toBe(false);
  });
});

it("are those of the certificate too, also after it has changed", async () => {
  const made = (name: string) => createSelfSigned({ commonName: name, names: [`alt-${name}`], days: 1 });
  const [one, other] = [await made("one.example"), await made("two.example")];
  let certificate = one.certificate;
  const names = createOwnNames([], () => certificate);
  expect(["one.example", "alt-one.example", "two.example"].map((name) => names.has(name))).toEqual([
    true,
    true,
    false,
  ]);
  ({ certificate } = other);
  expect(["one.example", "alt-two.example", "two.example"].map((name) => names.has(name))).toEqual([
    false,
    true,
    true,
  ]);
});

it("a certificate that cannot be read has none", () => {
  const names = createOwnNames([], () => "no certificate");
  expect(names.has("evil.example")).toBe(false);
  expect(names.has("localhost")).toBe(true);
});
