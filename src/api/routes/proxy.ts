// POST /proxy: hands a request on to the next hop of a chain (contract happo §9).

import type { Pace } from "../../kernel/pace.ts";
import type { HttpAnswer } from "../../transports/http-client.ts";
import { type BodyFields, withFaults } from "../body-fields.ts";
import { monitorAnswer, proxyRequest } from "../contract/index.ts";
import { checkInput } from "../input.ts";
import type { RelayRequest } from "../proxy/relay.ts";
import { readInner } from "../proxy/request-json.ts";
import { defineRoute } from "../route.ts";

export interface ProxyNeeds {
  readonly pace: Pace;
  readonly relay: { relay(request: RelayRequest): Promise<HttpAnswer> };
}

/** What is read whole; the body for the last hop may be large. */
const proxyHead = proxyRequest.omit({ request_json: true });

export const proxy = defineRoute({
  method: "POST",
  path: "/proxy",
  summary: "Hands a request on to the next hop of a chain.",
  role: undefined,
  input: proxyRequest,
  takes: "fields",
  fields: ["proxy_hostport", "request_type", "request_json"],
  answers: {
    200: { description: "The last hop's own status and body, whatever they are." },
    400: { description: "The request cannot be handed on.", schema: monitorAnswer },
    403: { description: "The hop, or the caller, is refused.", schema: monitorAnswer },
    500: { description: "The next hop could not be asked.", schema: monitorAnswer },
    504: { description: "The next hop did not answer in time.", schema: monitorAnswer },
  },
  refuse: (fault) => ({
    status: fault.http,
    text: JSON.stringify({ return_value: 3, message: fault.message }),
  }),
  async handle(
    given: unknown,
    { relay, pace }: ProxyNeeds,
    { caller, mayGoAnywhere: anywhere, remainingMs },
  ) {
    const fields = given as BodyFields;
    const { proxy_hostport, request_type } = checkInput(proxyHead, undefined, {
      proxy_hostport: fields.value("proxy_hostport"),
      request_type: fields.value("request_type"),
    });
    const inner = await withFaults(() => readInner(fields.get("request_json"), pace));
    const body = { hops: proxy_hostport, requestType: request_type, inner };
    const answer = await relay.relay({ body, caller, anywhere, remainingMs });
    return { status: answer.status, text: answer.body };
  },
});
