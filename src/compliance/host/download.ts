// Fetching a file: http and https only, few redirects, never back to plain, never more than so many bytes.
import { reasonOf } from "../../kernel/errors.ts";
import { httpRequest } from "../../transports/http-client.ts";
import { cannot, type Turn } from "../running/turn.ts";

export interface Download {
  readonly url: URL;
  readonly limitBytes: number;
  /** Takes the bytes as they come; no more come before the promise is kept that it gives. */
  readonly onChunk: (chunk: Buffer) => unknown;
}

const mostRedirects = 3;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** The URL; undefined for what is none, or is of another kind. */
export function webUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === "http:" || url.protocol === "https:" ? url : undefined;
}

/** Without a user and password. */
export function shownUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return shown.href;
}

/** Resolves when the last byte was given. Rejects for every answer but 200, after the redirects. */
export async function download(request: Download, turn: Turn): Promise<void> {
  let { url } = request;
  for (let left = mostRedirects; ; left -= 1) {
    const next = await fetchOnce({ ...request, url }, turn);
    if (next === undefined) return;
    if (left === 0) throw cannot(`${shownUrl(request.url)}: more than ${mostRedirects} redirects`);
    url = redirected(url, next);
  }
}

function redirected(from: URL, location: string): URL {
  const base = from.href;
  const to = URL.canParse(location, base) ? webUrl(new URL(location, base).href) : undefined;
  if (to === undefined) throw cannot(`${shownUrl(from)}: leads to what is no http address`);
  if (from.protocol === "https:" && to.protocol !== "https:")
    throw cannot(`${shownUrl(from)}: leads from https to http, which is not followed`);
  return to;
}

/** The place that it leads to; undefined: everything was given. */
async function fetchOnce({ url, limitBytes, onChunk }: Download, turn: Turn): Promise<string | undefined> {
  let takenBytes = 0;
  const answer = await httpRequest({
    ...{ method: "GET", url, timeoutMs: turn.remainingMs(), answerLimitBytes: 65_536 },
    signal: turn.signal,
    onChunk(chunk) {
      takenBytes += chunk.length;
      if (takenBytes > limitBytes) throw cannot(`it is larger than ${limitBytes} bytes`);
      return onChunk(chunk);
    },
  }).catch((thrown: unknown) => {
    throw cannot(`${shownUrl(url)}: ${reasonOf(thrown)}`, thrown);
  });
  const { location } = answer.headers;
  if (redirects.has(answer.status) && location !== undefined) return location;
  if (answer.status !== 200) throw cannot(`${shownUrl(url)}: the server answered ${answer.status}`);
  return undefined;
}
