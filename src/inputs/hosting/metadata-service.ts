// The service that providers give their machines at an address of the link: what a machine can ask about itself.
import * as z from "zod";
import { AgentError } from "../../kernel/errors.ts";
import { httpRequest } from "../../transports/http-client.ts";
import { httpAddress, shownAddress } from "../applications/clients/http-text.ts";
import { unanswered } from "../applications/clients/unanswered.ts";
import type { CollectorNeeds, NotEligible } from "../collector.ts";
import { isDriverActive } from "./hosting-drivers.ts";

const timeoutMs = 2000;
const answerLimitBytes = 1024 * 1024;

/** Facts of a machine seldom change. */
export const metadataEveryMs = 3_600_000;

export function metadataConfig(address: string) {
  return z.strictObject({
    url: httpAddress().default(address).describe("Where the provider's service for its machines answers."),
  });
}

export interface MetadataRequest {
  /** Where the service answers. */
  readonly url: string;
  readonly path: string;
  readonly method?: "GET" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** The answer's text; undefined where the service has nothing of that path. Rejects with `collector.unanswered`. */
export async function askMetadata(request: MetadataRequest): Promise<string | undefined> {
  const { url: base, path, method = "GET", headers = {}, signal } = request;
  const url = new URL(path, base);
  const address = shownAddress(url);
  const exchange = httpRequest({ method, url, headers, signal, timeoutMs, answerLimitBytes });
  const { status, body } = await exchange.catch((thrown: unknown) => {
    throw unanswered(thrown, { address });
  });
  if (status === 200) return body.toString("utf8");
  if (status === 404) return undefined;
  throw new AgentError("collector.unanswered", { address, reason: `the status is ${status}` });
}

/** The answer's data. Rejects with `collector.unanswered`, also where it is no JSON. */
export async function askMetadataJson(request: MetadataRequest): Promise<unknown> {
  const text = await askMetadata(request);
  const address = shownAddress(new URL(request.path, request.url));
  if (text === undefined)
    throw new AgentError("collector.unanswered", { address, reason: "the status is 404" });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AgentError("collector.unanswered", { address, reason: "the answer is no JSON", cause });
  }
}

/** Reads only on a host of that kind: nobody else's machine asks for an address that may be anybody's. */
export async function onlyOn<Sample>(
  driver: string,
  { host }: Pick<CollectorNeeds, "host">,
  read: () => Promise<Sample>,
): Promise<Sample | NotEligible> {
  return (await isDriverActive(driver, host))
    ? await read()
    : { notEligible: `this host is none of ${driver}` };
}
