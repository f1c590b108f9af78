// A request's address as logs and reports may show it: values only where a route says that they are no secret.

const lengthLimit = 2000;

export type ShowUrl = (url: string) => string;

/**
 * `names` are the fields of a query whose values may be shown. What any other holds is not known, and what older protocols
 * write there is often a password: it becomes `***`, and so do credentials before a host.
 */
export function createShowUrl(names: Iterable<string>): ShowUrl {
  const known: ReadonlySet<string> = new Set(names);
  return (url) => {
    const short = url.length > lengthLimit ? `${url.slice(0, lengthLimit)}…` : url;
    const plain = withoutCredentials(short);
    const place = plain.search(/[?#]/);
    if (place < 0) return plain;
    return (
      plain.slice(0, place + 1) +
      plain.slice(place + 1).replace(/[^&;#]+/g, (field) => shownField(field, known))
    );
  };
}

/** `https://user:password@host/` as the target of a request, which only a proxy is asked for. */
function withoutCredentials(url: string): string {
  const begin = url.indexOf("//");
  if (begin < 0 || url.startsWith("/")) return url;
  const end = url.indexOf("/", begin + 2);
  const at = url.lastIndexOf("@", end < 0 ? undefined : end);
  return at < begin ? url : `${url.slice(0, begin + 2)}***${url.slice(at)}`;
}

function shownField(field: string, known: ReadonlySet<string>): string {
  const end = field.indexOf("=");
  if (end < 0) return known.has(field) || /^[\w.-]{0,20}$/.test(field) ? field : "***";
  // Small numbers are nobody's secret.
  const isPlain = known.has(decoded(field.slice(0, end))) || /^\d{1,4}$/.test(field.slice(end + 1));
  return isPlain ? field : `${field.slice(0, end)}=***`;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll("+", " ")).trim();
  } catch {
    return name;
  }
}
