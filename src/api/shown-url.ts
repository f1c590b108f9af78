// A request's address as logs and reports may show it: what older protocols write into the query is often a password.

const secretKeys = new Set(["p", "u", "token", "apikey", "api_key", "password", "username"]);

/** The same address with `***` for the values of credentials in its query. */
export function shownUrl(url: string): string {
  const place = url.indexOf("?");
  if (place < 0) return url;
  return url.slice(0, place + 1) + url.slice(place + 1).replace(/[^&;#]+/g, shownField);
}

function shownField(field: string): string {
  const end = field.indexOf("=");
  return end >= 0 && secretKeys.has(decoded(field.slice(0, end))) ? `${field.slice(0, end)}=***` : field;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll("+", " ")).trim().toLowerCase();
  } catch {
    return name.toLowerCase();
  }
}
