// Credentials in the addresses of a text, wherever it came from: they are recognized by their place in an address.

/** RFC 3986 §3.2.1: what stands before the `@` of the authority. */
const userInfo = /(:\/\/)[^\s/?#]{0,1000}@/g;

/** The same of a password in which `/`, `?` or `#` was not escaped; a port is no password. */
const looseUserInfo = /(:\/\/)[^\s/?#@:]{0,200}:(?!\d*(?:[/?#]|$))\S{0,1000}@/g;

/** A field of a query; the names that services give to credentials, alone or as part of a longer one. */
const field =
  /([?&;](?:[\w.%-]{0,40}(?:token|auth|key|secret|passw|pass|pwd|sig|credential|session|jwt|code)[\w.%-]{0,40}|[up])=)[^&;#\s"]*/gi;

/** The same text with `***` in place of users, passwords and tokens in addresses. */
export function maskedCredentials(text: string): string {
  return text.replace(looseUserInfo, "$1***@").replace(userInfo, "$1***@").replace(field, "$1***");
}
