// A real agent on loopback with a private home, and a client that can come from any loopback address.
import { type IncomingHttpHeaders, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, type RequestOptions, request as requestHttps } from "node:https";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { type Agent, startAgent } from "../../src/agent.ts";
import { type AgentConfig, type AgentNeeds, schemas } from "../../src/agent-config.ts";
import { createSelfSigned, type SelfSigned } from "../../src/transports/self-signed.ts";
import { isRoot, relayOfAnother } from "./other-user.ts";
import { temporaryDirectory } from "./temporary.ts";

export type Settings = { readonly [Key in keyof AgentConfig]?: Record<string, unknown> };

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body read as JSON. */
  readonly json: unknown;
}

export interface Ask extends Omit<RequestOptions, "agent"> {
  /** Text and bytes are sent as they are, everything else as JSON. */
  readonly body?: unknown;
  /** Address that the connection comes from. */
  readonly from?: string;
}

export interface TestAgent extends Agent {
  readonly home: string;
  /** Where tests ask: that of a relay of another user's, or its own. */
  readonly port: number;
  readonly ownPort: number;
  readonly socketPath: string;
  get(path: string, ask?: Ask): Promise<Reply>;
  post(path: string, body?: unknown, ask?: Ask): Promise<Reply>;
  release(): Promise<void>;
}

const certificates = new Map<string, Promise<SelfSigned>>();

/** RSA keys take a while: one for each name serves a whole run. */
export function sharedCertificate(commonName = "localhost"): Promise<SelfSigned> {
  const known =
    certificates.get(commonName) ?? createSelfSigned({ commonName, names: ["127.0.0.1"], days: 2 });
  certificates.set(commonName, known);
  return known;
}

const shippedPrograms = resolve(import.meta.dirname, "../../plugins");

/** The host's collectors rest in tests that are not about them. */
const resting = { collectors: { enabled: false } };

/** Tests come over loopback as whoever runs them, who owns the agent; what strangers may do is told apart where it is tested. */
const olderDefaults = { defaults: "happo" };

/** Whether requests come from another user of this host, to whom the operator opened what the older agent gave. */
const isAsAnother = process.env["YAGURA_TEST_CALLER"] === "another user" && isRoot;
const olderRoles = ["read", "check", "inventory", "metrics"];

/** What he gets is what all others get, where a test says something of them. */
function openedBy({ anonymous, callers }: Record<string, unknown> = {}): { local_users?: unknown } {
  const others = anonymous ?? (callers === undefined ? olderRoles : undefined);
  return isAsAnother && others !== undefined ? { local_users: others } : {};
}

/** The configuration with every default but that, as if a file had said `settings`. */
function configOf(given: Settings): AgentConfig {
  const settings: Settings = {
    ...given,
    inputs: { ...resting, ...given.inputs },
    access: { ...olderDefaults, ...openedBy(given.access), ...given.access },
  };
  const entries = Object.entries(schemas).map(([key, schema]) => [
    key,
    schema.parse(settings[key as keyof Settings] ?? {}),
  ]);
  return Object.fromEntries(entries) as AgentConfig;
}

/** Free port, level fatal, a private home. To be released by whoever asks. */
export async function startTestAgent(
  settings: Settings = {},
  given: Partial<AgentNeeds> = {},
): Promise<TestAgent> {
  const { path: home, release: removeHome } = temporaryDirectory();
  const socketPath = join(home, "agent.sock");
  const log = { level: "fatal", ...settings.log };
  const api = { listen: "127.0.0.1:0", ...settings.api };
  const agent = await startAgent(configOf({ ...settings, log, api }), {
    version: "0.0.0-test",
    stateDirectory: home,
    socketPath,
    shippedPrograms,
    variables: {},
    // Checks of the host would come and go in every test's way.
    shippedPacks: join(home, "no-packs"),
    configDirectory: home,
    environment: () => undefined,
    requestStop: () => {},
    createCertificate: () => sharedCertificate(),
    ...given,
  });
  const ownPort = Number(/:(\d+)$/.exec(agent.addresses[0] ?? "")?.[1]);
  const relay = isAsAnother ? await relayOfAnother(ownPort) : undefined;
  const port = relay?.port ?? ownPort;
  const portFor = (ask: Ask | undefined) => (ask?.from === undefined ? port : ownPort);
  const pool = new HttpsAgent({ keepAlive: true });
  return {
    ...agent,
    home,
    port,
    ownPort,
    socketPath,
    get: (path, ask) => send(portFor(ask), { pool, path, method: "GET", ...ask }),
    post: (path, body, ask) => send(portFor(ask), { pool, path, method: "POST", body, ...ask }),
    async release() {
      pool.destroy();
      relay?.stop();
      await agent.stop();
      removeHome();
    },
  };
}

/** The same, released when the test that asked is over. */
export async function agentOfTest(settings: Settings = {}): Promise<TestAgent> {
  const agent = await startTestAgent(settings);
  onTestFinished(() => agent.release());
  return agent;
}

/** One request over TLS, without looking at the certificate. */
export function send(
  port: number,
  { body, from, pool, ...options }: Ask & { pool?: HttpsAgent },
): Promise<Reply> {
  return new Promise((resolveReply, reject) => {
    const text =
      body === undefined || typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const agent = from === undefined && options.socketPath === undefined ? (pool ?? false) : false;
    const where = {
      host: "127.0.0.1",
      port,
      rejectUnauthorized: false,
      agent,
      ...(from === undefined ? {} : { localAddress: from }),
    };
    const issue = options.socketPath === undefined ? requestHttps : requestHttp;
    const request = issue({ ...where, ...options } as RequestOptions, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const whole = Buffer.concat(chunks).toString();
        resolveReply({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: whole,
          get json() {
            return JSON.parse(whole) as unknown;
          },
        });
      });
    });
    request.on("error", reject);
    request.end(text);
  });
}
