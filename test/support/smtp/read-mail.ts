// A mail as its reader sees it: headers by name, and the text decoded.

export interface ReadMail {
  readonly raw: string;
  /** Names in small letters; values unfolded and decoded. */
  readonly headers: ReadonlyMap<string, string>;
  /** Names as they stood there, one for each header line. */
  readonly headerNames: readonly string[];
  readonly text: string;
}

export interface ReceivedMail extends ReadMail {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly user: string | undefined;
  readonly secure: boolean;
  readonly hello: string;
}

export function readMail(raw: string): ReadMail {
  const [head = "", ...rest] = raw.split("\r\n\r\n");
  const lines = head.replaceAll(/\r\n[ \t]/g, " ").split("\r\n");
  const pairs = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), decodedWords(line.slice(colon + 1).trim())] as const;
  });
  const headers = new Map(pairs.map(([name, value]) => [name.toLowerCase(), value]));
  const coding = headers.get("content-transfer-encoding") ?? "7bit";
  const isFlowed = headers.get("content-type")?.includes("format=flowed") ?? false;
  const body = bytesOf(rest.join("\r\n\r\n"), coding).toString("utf8").replaceAll("\r\n", "\n");
  const text = isFlowed ? body.replaceAll(/ \n/g, " ") : body;
  return { raw, headers, headerNames: pairs.map(([name]) => name), text };
}

function bytesOf(body: string, coding: string): Buffer {
  if (coding === "base64") return Buffer.from(body, "base64");
  return coding === "quoted-printable" ? quotedBytes(body.replaceAll(/=\r\n/g, "")) : Buffer.from(body);
}

function quotedBytes(text: string): Buffer {
  const escaped = Buffer.from(text).toString("latin1");
  const plain = escaped.replaceAll(/=([0-9A-F]{2})/g, (_, code: string) =>
    String.fromCharCode(parseInt(code, 16)),
  );
  return Buffer.from(plain, "latin1");
}

/** RFC 2047. */
function decodedWords(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, "?==?")
    .replaceAll(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
      (kind.toUpperCase() === "B"
        ? Buffer.from(text, "base64")
        : quotedBytes(text.replaceAll("_", " "))
      ).toString("utf8"),
    );
}
