// Asks a running agent something: over its unix socket, or over HTTPS when a URL is given.
import { Agent } from "node:https";
import { AgentError, systemCode } from "../kernel/errors.ts";
import { printable } from "../kernel/log.ts";
import { type HttpAnswer, type HttpRequest, httpRequest } from "../transports/http-client.ts";
import type { CliNeeds } from "./cli-needs.ts";
import type { CommandInput, CommandOption } from "./command.ts";
import { failureReason } from "./failure-reason.ts";
import { textOf } from "./option-values.ts";
import { placesOf } from "./places.ts";
import { credentialsOf, homeOption, jsonOption, trustOptions } from "./shared-options.ts";
import { wrongUsage } from "./wrong-usage.ts";

/** Options of every command that asks an agent and prints its answer. */
export const clientOptions: readonly CommandOption[] = [
  homeOption,
  {
    name: "url",
    kind: "text",
    value: "URL",
    help: "ask an agent over HTTPS, such as https://web1.example:6777",
  },
  ...trustOptions,
  jsonOption,
];

const timeoutMs = 30_000;
const answerLimitBytes = 16 * 1024 * 1024;

/** JSON that an agent answered. */
export interface AgentAnswer {
  readonly address: string;
  readonly value: unknown;
}

/**
 * The JSON of a GET. Throws `agent.unreachable` (exit 69), `agent.refused` (the agent does not allow it, 77) or
 * `agent.answer` (anything else that is no answer, 1).
 */
export async function askAgent(path: string, input: CommandInput, needs: CliNeeds): Promise<AgentAnswer> {
  return await tellAgent({ method: "GET", path }, input, needs);
}

export interface Telling {
  readonly method: NonNullable<HttpRequest["method"]>;
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The agent may be at work for as long. */
  readonly timeoutMs?: number;
}

/** The JSON of the answer to a request that may change something. Throws as `askAgent` does. */
export async function tellAgent(
  telling: Telling,
  input: CommandInput,
  needs: CliNeeds,
): Promise<AgentAnswer> {
  const { answer, address } = await exchange(telling, input, needs);
  return { address, value: jsonOf(answer, address) };
}

/** The text of an answer that is no JSON. Throws as `askAgent` does. */
export async function tellAgentText(telling: Telling, input: CommandInput, needs: CliNeeds): Promise<string> {
  const { answer, address } = await exchange(telling, input, needs);
  refuseFault(answer, address);
  return answer.body.toString("utf8");
}

async function exchange(
  { method, path, body, timeoutMs }: Telling,
  { options }: CommandInput,
  needs: CliNeeds,
): Promise<{ answer: HttpAnswer; address: string }> {
  const url = textOf(options, "url");
  const target = url === undefined ? overSocket(path, options, needs) : overHttps(path, url, options);
  const address = target.socketPath ?? target.url.origin;
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await reach({ ...target, method, ...text, ...(timeoutMs && { timeoutMs }) }, address);
  return { answer, address };
}

/**
 * The lines of a GET that goes on, until `signal` is aborted or the agent stops. Throws as `askAgent` does.
 */
export async function followAgent(
  path: string,
  input: CommandInput,
  { needs, onLine, signal }: { needs: CliNeeds; onLine: (line: string) => void; signal: AbortSignal },
): Promise<void> {
  const url = textOf(input.options, "url");
  const request =
    url === undefined ? overSocket(path, input.options, needs) : overHttps(path, url, input.options);
  const address = request.socketPath ?? request.url.origin;
  let rest = "";
  const onChunk = (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  };
  try {
    const answer = await httpRequest({ ...request, method: "GET", answerLimitBytes, onChunk, signal });
    if (answer.status !== 200) jsonOf(answer, address);
  } catch (thrown) {
    if (signal.aborted) return;
    if (thrown instanceof AgentError) throw thrown;
    throw new AgentError("agent.unreachable", {
      address,
      reason: `${failureReason(thrown)}${hintFor(thrown)}`,
      cause: thrown,
    });
  }
}

/** The JSON of a GET over a unix socket whose path is known. Throws as `askAgent` does. */
export async function askSocket(path: string, socketPath: string): Promise<AgentAnswer> {
  const request = { url: new URL(path, "http://localhost"), socketPath };
  return { address: socketPath, value: jsonOf(await reach(request, socketPath), socketPath) };
}

type Target = Pick<HttpRequest, "url" | "socketPath" | "trust" | "headers" | "agent"> &
  Partial<Pick<HttpRequest, "method" | "body" | "timeoutMs">>;

function overSocket(path: string, options: CommandInput["options"], { environment }: CliNeeds): Target {
  const { socketPath } = placesOf({ home: textOf(options, "home"), environment });
  return { url: new URL(path, "http://localhost"), socketPath };
}

function overHttps(path: string, text: string, options: CommandInput["options"]): Target {
  const url = URL.canParse(path, text) ? new URL(path, text) : undefined;
  if (url?.protocol !== "https:") return wrongUsage("--url is not a URL that begins with https://");
  const { token, ca, pin } = credentialsOf(options);
  return {
    url,
    // A resumed session would show no certificate to compare with the pin.
    agent: new Agent({ maxCachedSessions: 0 }),
    trust: { verify: ca !== undefined || pin === undefined, ca, pin },
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  };
}

async function reach(target: Target, address: string): Promise<HttpAnswer> {
  const headers = { ...target.headers, connection: "close" };
  try {
    return await httpRequest({ method: "GET", timeoutMs, ...target, headers, answerLimitBytes });
  } catch (thrown) {
    const reason = `${failureReason(thrown)}${hintFor(thrown)}`;
    throw new AgentError("agent.unreachable", { address, reason, cause: thrown });
  }
}

function hintFor(thrown: unknown): string {
  const code = systemCode(thrown instanceof Error ? thrown.cause : undefined) ?? "";
  if (code === "ENOENT") return "; does it run there? Say where with --home or --url";
  if (/SELF_SIGNED|UNABLE_TO|CERT/.test(code)) return "; name what to trust with --pin or --ca";
  return "";
}

function jsonOf(answer: HttpAnswer, address: string): unknown {
  refuseFault(answer, address);
  try {
    return JSON.parse(answer.body.toString("utf8")) as unknown;
  } catch (cause) {
    const { status } = answer;
    throw new AgentError("agent.answer", { address, status, reason: "the answer is not JSON", cause });
  }
}

function refuseFault({ status, body }: HttpAnswer, address: string): void {
  if (status === 200) return;
  const refused = status === 401 || status === 403 || status === 429;
  const facts = { address, status, reason: reasonIn(body.toString("utf8").trim()) };
  throw new AgentError(refused ? "agent.refused" : "agent.answer", facts);
}

/** What the agent says is wrong; it stands in an object of JSON, or it is the whole body. */
function reasonIn(text: string): string {
  let reason: unknown;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null)
      reason = "error" in value ? value.error : "message" in value ? value.message : undefined;
  } catch {
    // No JSON: the text is the reason.
  }
  const said = typeof reason === "string" ? reason : text;
  return said === "" ? "it says nothing more" : printable(said.slice(0, 500));
}

interface Schema<Value> {
  safeParse(value: unknown): { success: true; data: Value } | { success: false };
}

/** The answer as its schema has it. Throws `agent.answer` when it is something else. */
export function shaped<Value>(schema: Schema<Value>, { address, value }: AgentAnswer): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AgentError("agent.answer", {
    address,
    status: 200,
    reason: "the answer has another shape than it should",
  });
}

/** True when the agent answered with this status instead of with an answer. */
export function wasAnswered(status: number, thrown: unknown): thrown is AgentError {
  return thrown instanceof AgentError && thrown.code === "agent.answer" && thrown.facts["status"] === status;
}
