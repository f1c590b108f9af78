// Characters that a format cannot carry as `%XX`, the bytes of their UTF-8, so that they can be read back.

/** `unfit` finds every such character. A percent sign stays, unless what is behind it makes it look like one of these. */
export function percentEscaped(text: string, unfit: RegExp): string {
  const guarded = text.includes("%") ? text.replace(/%[\dA-F]{2}/g, (found) => `%25${found.slice(1)}`) : text;
  return guarded.replace(unfit, bytesOf);
}

/** What was escaped. */
export function percentDecoded(text: string): string {
  return text.replace(/(?:%[\dA-F]{2})+/g, (run) =>
    Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"),
  );
}

function bytesOf(character: string): string {
  let text = "";
  for (const byte of Buffer.from(character)) text += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return text;
}
