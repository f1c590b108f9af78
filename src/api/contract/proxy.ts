// POST /proxy (contract happo §9).
import * as z from "zod";
import { apikeyField } from "./apikey.ts";

export const proxyRequest = z.object({
  apikey: apikeyField,
  proxy_hostport: z
    .array(z.string().min(1).max(300))
    .min(1)
    .describe(
      "The hops still to go, each host, host:port or [IPv6]:port; the last one is asked for request_type.",
    ),
  request_type: z
    .string()
    .max(4096)
    .default("")
    .describe("Path of the last hop's endpoint, such as monitor."),
  request_json: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .nullish()
    .describe("Body for the last hop: base64 of JSON, JSON text, or a JSON object."),
});

export type ProxyRequest = z.output<typeof proxyRequest>;

/** Milliseconds that the whole chain still has; each hop may only shorten it. */
export const deadlineHeader = "yagura-deadline-ms";
