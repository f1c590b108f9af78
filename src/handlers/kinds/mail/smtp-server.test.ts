// Which mail server a configuration means, and which addresses are addresses.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMailAddress } from "./mail-address.ts";
import { type SmtpWish, smtpServerOf } from "./smtp-server.ts";

const wish = (smtp: string, more: Partial<SmtpWish> = {}) =>
  smtpServerOf({ smtp, tls: "try", smtps: false, ...more });
const anonymous = { user: undefined, password: undefined };
const plain = { ...anonymous, tls: "try" };

describe("a server", () => {
  it.each([
    ["localhost", { ...plain, host: "localhost", port: 25 }],
    ["mail.example.net:2525", { ...plain, host: "mail.example.net", port: 2525 }],
    ["192.0.2.1", { ...plain, host: "192.0.2.1", port: 25 }],
    ["::1", { ...plain, host: "::1", port: 25 }],
    ["[::1]:26", { ...plain, host: "::1", port: 26 }],
    ["smtp://mail:587", { ...plain, host: "mail", port: 587 }],
    ["smtp://mail/", { ...plain, host: "mail", port: 25 }],
    ["smtps://mail", { ...anonymous, tls: "implicit", host: "mail", port: 465 }],
    [
      "smtp://us%40er:p%3Ass@mail",
      { user: "us@er", password: "p:ss", tls: "require", host: "mail", port: 25 },
    ],
  ])("%s", (smtp, expected) => {
    expect(wish(smtp)).toEqual(expected);
  });

  it.each([
    [{ tls: "implicit" }, { tls: "implicit", port: 465 }],
    [{ smtps: true }, { tls: "implicit", port: 465 }],
    [
      { user: "u", password: "p" },
      { tls: "require", user: "u", password: "p" },
    ],
    [{ user: "u", password: "p", tls: "none" }, { tls: "none" }],
    [{ tls: "require" }, { tls: "require", port: 25 }],
  ] as const)("mail with %j", (more, expected) => {
    expect(wish("mail", more)).toMatchObject(expected);
  });

  it.each([
    ...[
      "",
      "a b",
      "mail:0",
      "mail:99999",
      "user:pass@mail",
      "http://mail",
      "smtp://mail/path",
      "smtp://mail?x=1",
    ],
    ...["smtp://", "smtp://a%zz@mail", "mail\r\nQUIT", "mail/x", "mail#x"],
  ])("is not meant by %j", (smtp) => {
    const found = wish(smtp);
    // Line ends are taken out of addresses by their own rules; what is left must be a host all the same.
    if (smtp.includes("\n")) expect(found?.host ?? "mailquit").toMatch(/^[\w.-]+$/);
    else expect(found).toBeUndefined();
  });
});

describe("an address", () => {
  it.each([
    ["ops@example.net", { name: "", address: "ops@example.net" }],
    ["root", { name: "", address: "root" }],
    ["a+b@[192.0.2.1]", { name: "", address: "a+b@[192.0.2.1]" }],
    ["Ops <ops@example.net>", { name: "Ops", address: "ops@example.net" }],
    ['"Ops, all" <ops@example.net>', { name: "Ops, all", address: "ops@example.net" }],
    ["ünï@exämple.net", { name: "", address: "ünï@exämple.net" }],
  ])("%s", (text, expected) => {
    expect(parseMailAddress(text)).toEqual(expected);
  });

  it.each([
    ...["", "a b@c", "a@b, c@d", "a@b;c@d", "a@b\r\nRCPT TO:<c@d>", "<a@b>", "x <a@b> y", "a@@b", "a@", "@b"],
    ...["x <a b@c>", "x\r\nBcc: y <a@b>", "group: a@b;", "a@b\0", "(x)a@b", "\\ <a@b>", "x\u2028y <a@b>"],
  ])("is not %j", (text) => {
    expect(parseMailAddress(text)).toBeUndefined();
  });

  it("never holds anything that ends a line, a list or an address", () => {
    const piece = fc.constantFrom(
      "a",
      "@",
      "b.c",
      " ",
      "<",
      ">",
      '"',
      "\r",
      "\n",
      ",",
      ";",
      ":",
      "\0",
      "\\",
      "ü",
      "\u2028",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const found = parseMailAddress(pieces.join(""));
        if (found === undefined) return;
        expect(found.address).not.toMatch(/[\s\p{Cc}<>,;:"\\]/u);
        expect(found.name).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}<>"\\]/u);
      }),
      { numRuns: 20_000 },
    );
  });
});
