// Addresses of mails: checked when they are read, so that no line of a message or of SMTP can be made of one.
import * as z from "zod";

export interface MailAddress {
  readonly name: string;
  readonly address: string;
}

/** A local part of its own is a mailbox of the server's host. */
const bare =
  /^[^\s<>()[\]\\,;:"@\p{Cc}]{1,64}(@[^\s<>()[\]\\,;:"@\p{Cc}]{1,255}|@\[[0-9A-Fa-f.:]{2,60}\])?$/u;
const named = /^([^<>"\\\p{Cc}\p{Zl}\p{Zp}]{1,100}|"[^<>"\\\p{Cc}\p{Zl}\p{Zp}]{1,100}") *<([^<>]*)>$/u;

/** `ops@example.net`, or `Operators <ops@example.net>`. */
export function mailAddress() {
  return z
    .string()
    .meta({ examples: ["ops@example.net", "Operators <ops@example.net>"] })
    .refine((text) => parseMailAddress(text) !== undefined, {
      error: "expected an address such as ops@example.net or Operators <ops@example.net>",
    });
}

/** Undefined when the text is none. */
export function parseMailAddress(text: string): MailAddress | undefined {
  const [, given = "", inner] = named.exec(text.trim()) ?? [];
  const address = inner ?? text.trim();
  if (!bare.test(address)) return undefined;
  return { name: given.trim().replace(/^"(.*)"$/, "$1"), address };
}
