// One nsqd spoken to over HTTP, today's and those before 0.3.9 (contract loda §7.3, §7.5).
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { messageList } from "../formats/nsq-frame.ts";
import { reasonOf } from "../kernel/errors.ts";
import { type HttpAnswer, httpRequest } from "./http-client.ts";
import {
  type NsqProducerNeeds,
  NsqRefusal,
  type NsqServer,
  type Publication,
} from "./nsq-producer-server.ts";

interface HttpServerConfig {
  readonly address: string;
  readonly timeoutMs: number;
}

const answerLimitBytes = 64 * 1024;

export function createHttpServer(
  { address, timeoutMs }: HttpServerConfig,
  needs: NsqProducerNeeds,
): NsqServer {
  const base = new URL(/^https?:/.test(address) ? address : `http://${address}`);
  const options = { keepAlive: true, maxSockets: 2 };
  const agent = base.protocol === "https:" ? new HttpsAgent(options) : new HttpAgent(options);
  let single = "/pub";
  let multiple = true;

  const post = (path: string, body: Buffer, signal: AbortSignal) => {
    const headers = { "user-agent": needs.userAgent, "content-type": "application/octet-stream" };
    const url = new URL(base.pathname.replace(/\/$/, "") + path, base);
    return httpRequest({ method: "POST", url, headers, body, timeoutMs, answerLimitBytes, agent, signal });
  };

  const publishOne = async (topic: string, message: Buffer, signal: AbortSignal) => {
    const query = `?topic=${encodeURIComponent(topic)}`;
    const answer = await post(single + query, message, signal);
    if (answer.status !== 404) return answer;
    // The other of the two paths, once, and from now on where it is there.
    const other = single === "/pub" ? "/put" : "/pub";
    const second = await post(other + query, message, signal);
    if (second.status !== 404) single = other;
    return second;
  };

  const publish = async ({ topic, messages }: Publication, signal: AbortSignal): Promise<number> => {
    const [first] = messages;
    if (first === undefined) return 0;
    if (multiple && messages.length > 1) {
      const path = `/mpub?topic=${encodeURIComponent(topic)}&binary=true`;
      const answer = await post(path, messageList(messages), signal);
      if (answer.status !== 404) return taken(answer, messages.length);
      multiple = false;
    }
    return taken(await publishOne(topic, first, signal), 1);
  };

  return {
    address: base.host,
    async publish(publication, signal) {
      try {
        return await publish(publication, signal);
      } catch (thrown) {
        if (thrown instanceof NsqRefusal) throw thrown;
        throw new Error(`${base.host}: ${reasonOf(thrown)}`, { cause: thrown });
      }
    },
    close: () => agent.destroy(),
  };
}

/** Nothing but `OK` means that the messages are taken. */
function taken({ status, body }: HttpAnswer, count: number): number {
  const said = body.toString("utf8").trim().slice(0, 200);
  if (status === 200 && said === "OK") return count;
  if (status === 400 || status === 413) throw new NsqRefusal(`status ${status}: ${said}`);
  throw new Error(`status ${status}: ${said}`);
}
