// POST /proxy: hands a request on to the next hop of a chain (contract happo §9).

import { isOwnHost } from "../../transports/address-list.ts";
import type { HttpAnswer } from "../../transports/http-client.ts";
import { monitorAnswer, proxyRequest } from "../contract/index.ts";
import type { RelayRequest } from "../proxy/relay.ts";
import { defineRoute } from "../route.ts";

export interface ProxyNeeds {
  readonly relay: { relay(request: RelayRequest): Promise<HttpAnswer> };
}

export const proxy = defineRoute({
  method: "POST",
  path: "/proxy",
  summary: "Hands a request on to the next hop of a chain.",
  role: undefined,
  input: proxyRequest,
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
  async handle(body, { relay }: ProxyNeeds, { caller, address, remainingMs }) {
    const anywhere = address === "unix" || isOwnHost(address);
    const answer = await relay.relay({ body, caller, anywhere, remainingMs });
    return { status: answer.status, text: answer.body };
  },
});
