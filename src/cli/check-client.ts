// Asks an agent for one check, directly or through proxies, and turns whatever comes back into a Nagios answer
// (contract happo §1.7). It is loaded for every single check, so it imports next to nothing.
import { Agent } from "node:https";
import { type HttpAnswer, httpRequest, type PeerTrust } from "../transports/http-client.ts";
import { failureReason } from "./failure-reason.ts";
import { formatHostPort, type HostPort, parseHostPort } from "./host-port.ts";

export interface CheckQuestion {
  readonly target: HostPort;
  /** Agents to go through, nearest first: `host` or `host:port`. */
  readonly proxies: readonly string[];
  readonly plugin: string;
  /** The program's options in one text. */
  readonly options: string;
  readonly token?: string | undefined;
  /** Of the agent that is contacted, which is the first proxy where there is one. */
  readonly trust: PeerTrust;
  readonly timeoutMs: number;
  /** A refusal is told with the agent's reason; the original's client left it out. */
  readonly withReason: boolean;
}

export interface CheckAnswer {
  /** 0 ok, 1 warning, 2 critical, 3 unknown; other values as the program gave them. */
  readonly returnValue: number;
  readonly message: string;
  /** Status of the HTTP answer; 0 where there was none. */
  readonly status: number;
}

const answerLimitBytes = 16 * 1024 * 1024;

/** Never rejects: what goes wrong is an answer too, with the state that the contract gives it. */
export async function askForCheck(question: CheckQuestion): Promise<CheckAnswer> {
  try {
    const { url, body } = checkRequest(question);
    const answer = await httpRequest({
      method: "POST",
      url: new URL(url),
      headers: { "content-type": "application/json", connection: "close" },
      body: JSON.stringify(body),
      timeoutMs: question.timeoutMs,
      answerLimitBytes,
      trust: question.trust,
      // A resumed session would show no certificate to compare with the pin.
      agent: new Agent({ maxCachedSessions: 0 }),
    });
    return answer.status === 200 ? checkAnswer(answer) : refusal(answer, question);
  } catch (thrown) {
    return { returnValue: 2, message: `ERROR(happo-agent): ${failureReason(thrown)}`, status: 0 };
  }
}

/** The exit code for Nagios: the program's own where it is one, else 3 (unknown). */
export function exitCodeOf({ returnValue }: CheckAnswer): number {
  return returnValue >= 0 && returnValue <= 255 ? returnValue : 3;
}

/** What is sent, and where. The token stands in every body, so that each hop can know the caller. */
export function checkRequest(question: CheckQuestion): { url: string; body: object } {
  const { target, plugin, options, token = "" } = question;
  const monitor = { apikey: token, plugin_name: plugin, plugin_option: options };
  const [first, ...others] = question.proxies;
  if (first === undefined) return { url: `https://${formatHostPort(target)}/monitor`, body: monitor };
  const body = {
    apikey: token,
    proxy_hostport: [...others, formatHostPort(target)],
    request_type: "monitor",
    request_json: Buffer.from(JSON.stringify(monitor)).toString("base64"),
  };
  return { url: `https://${formatHostPort(parseHostPort(first))}/proxy`, body };
}

/** A 200 without a check's two values would otherwise read as "ok": it is an error instead. */
function checkAnswer({ status, body }: HttpAnswer): CheckAnswer {
  const answer = jsonObject(body);
  const { return_value: returnValue, message } = answer ?? {};
  if (Number.isInteger(returnValue) && typeof message === "string")
    return { returnValue: Number(returnValue), message, status };
  const reason = answer === undefined ? "the answer is not JSON" : "the answer is not that of a check";
  return { returnValue: 2, message: `ERROR(check_happo): ${reason}`, status };
}

function refusal({ status, body }: HttpAnswer, { withReason }: CheckQuestion): CheckAnswer {
  if (status === 504)
    return { returnValue: 3, message: "UNKNOWN(happo-agent): happo-agent returns 504", status };
  const message = jsonObject(body)?.["message"];
  const why = withReason && typeof message === "string" && message !== "" ? `: ${message}` : "";
  return { returnValue: 2, message: `ERROR(happo-agent): happo-agent returns ${status}${why}`, status };
}

function jsonObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
