// host, host:port and [IPv6]:port.
import fc from "fast-check";
import { expect, it } from "vitest";
import { formatHostPort, parseHostPort } from "./host-port.ts";

it.each([
  ["b1", "b1", 6777],
  ["b1:6778", "b1", 6778],
  ["b1:", "b1", 6777],
  ["b1:x", "b1", 6777],
  ["[::1]:80", "::1", 80],
  ["[::1]", "::1", 6777],
  ["fe80::1", "fe80::1", 6777],
])("%s", (text, host, port) => {
  expect(parseHostPort(text)).toEqual({ host, port });
});

it("reads back what it wrote", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6()),
      fc.integer({ min: 1, max: 65_535 }),
      (host, port) => {
        expect(parseHostPort(formatHostPort({ host, port }))).toEqual({ host, port });
      },
    ),
  );
});
