// The module: keeps the certificate, listens, and hands each route what it needs.
import { setMaxListeners } from "node:events";
import { AgentError } from "../kernel/errors.ts";
import { type Context, defineModule, type Running } from "../kernel/module.ts";
import { startSchedule } from "../kernel/schedule.ts";
import { Supervisor } from "../kernel/supervisor.ts";
import { type HttpsServer, type ListenAddress, startHttpsServer } from "../transports/https-server.ts";
import { createOwnNames } from "../transports/own-names.ts";
import { createUpgrader, type Upgrader } from "../transports/websocket.ts";
import type { AccessConfig } from "./access/config.ts";
import { createPeers } from "./access/peers.ts";
import { BodyRoom } from "./body-room.ts";
import { type CertificateKeeper, type CertificateNeeds, keepCertificate } from "./certificate-keeper.ts";
import { type ApiConfig, apiConfig } from "./config.ts";
import { createDescription } from "./description.ts";
import { exchange, exchangeUpgrade } from "./exchange.ts";
import type { ExpositionNeeds } from "./exposition.ts";
import { createExpositionPage } from "./exposition-page.ts";
import { Gatekeeper, type GatekeeperNeeds } from "./gatekeeper.ts";
import { everyAddress, loopbackAddresses, parseListenAddress } from "./listen-address.ts";
import type { Judgement, PermitNeeds, PluginRequest } from "./permit-program.ts";
import { Relay } from "./proxy/relay.ts";
import { RequestCounts } from "./request-counts.ts";
import { createRoleOf, createRouter, type FindRoute } from "./router.ts";
import { type RouteNeeds, routes } from "./routes/index.ts";
import { observeCollections } from "./routes/status-memory.ts";
import { createShowUrl } from "./shown-url.ts";
import { createStatusReport, type StatusNeeds } from "./status-report.ts";
import { createTally } from "./tally.ts";
import { createTurns } from "./turns.ts";

/** What the routes need of the stages; the rest of their needs is made here. */
type StageNeeds = Omit<
  RouteNeeds,
  | "clock"
  | "collections"
  | "expositionPage"
  | "gatekeeper"
  | "log"
  | "pace"
  | "acknowledgeCertificate"
  | "description"
  | "permits"
  | "relay"
  | "requestCounts"
  | "routeList"
  | "status"
>;

export interface ApiNeeds
  extends StageNeeds,
    StatusNeeds,
    Omit<ExpositionNeeds, "telemetry" | "pace">,
    Omit<CertificateNeeds, "log" | "clock"> {
  readonly access: AccessConfig;
  readonly socketPath: string;
  /** What check plugins would do with their options. */
  readonly judging: {
    judge(request: PluginRequest): Judgement;
    /** By the name alone, whether or not it is installed here. */
    judgeByName(request: PluginRequest): Judgement;
  };
  /** Calls the listener when the operator asks for a reload. */
  readonly onReload: (listener: () => void) => void;
}

export interface Api extends Running {
  /** `host:port` of each listener. */
  readonly addresses: readonly string[];
  /** SHA-256 of the certificate in use. */
  readonly fingerprint: string;
}

export const apiModule = defineModule<ApiConfig, ApiNeeds, Api>({
  name: "api",
  summary: "Answers over HTTPS, and on a unix socket for this host's own commands.",
  config: apiConfig,
  async start(config, needs) {
    const parts = new Supervisor(needs);
    // Every answer that goes on waits for its end.
    setMaxListeners(0, needs.signal);
    const keeper = await keepCertificate(config.tls, needs);
    const peers = createPeers(needs);
    parts.adopt("peers", { stop: async () => peers.stop() });
    const ownNames = createOwnNames([config.names].flat(), () => keeper.current.cert);
    const gatekeeper = openGate(config, { ...needs, peers, ownNames });
    const findRoute = createRouter(routes);
    const roleOf = createRoleOf(findRoute);
    const userAgent = `yagura/${needs.version}`;
    const relay = new Relay(config.proxy, {
      ...needs.judging,
      userAgent,
      roleOf,
      identity: () => keeper.current,
    });
    const collections = observeCollections();
    parts.adopt("relay", { stop: async () => relay.close() });
    parts.adopt("collections", { stop: async () => collections.stop() });
    const counts = config.request_counts ? new RequestCounts() : undefined;
    const permits = {
      judge: needs.judging.judge,
      resolveTarget: (host: string) => relay.resolveTarget(host),
    };
    const door = { ...needs, relay, gatekeeper, collections, counts, findRoute, permits };
    const server = await parts.start("listeners", listen(config, keeper, door));
    const reload = () => {
      if (keeper.reload()) server.setCertificate(keeper.current);
    };
    needs.onReload(reload);
    startChores(config, parts, needs, { reload, counts, server });
    return {
      addresses: server.addresses,
      get fingerprint() {
        return keeper.current.fingerprint;
      },
      stop: () => parts.stop(),
    };
  },
});

interface Door extends Context, ApiNeeds {
  readonly relay: Relay;
  readonly gatekeeper: Gatekeeper;
  readonly findRoute: FindRoute<RouteNeeds>;
  readonly permits: PermitNeeds;
  readonly collections: RouteNeeds["collections"];
  readonly counts: RequestCounts | undefined;
}

async function listen(config: ApiConfig, keeper: CertificateKeeper, door: Door): Promise<HttpsServer> {
  const { clock, counts, log, telemetry } = door;
  const report = createStatusReport(door, { keeper, server: () => server });
  const routeNeeds: RouteNeeds = {
    ...door,
    status: report,
    expositionPage: createExpositionPage(door),
    routeList: () => routes,
    requestCounts: counts === undefined ? undefined : () => counts.answer(Math.floor(clock.now() / 1000)),
    acknowledgeCertificate: () => keeper.acknowledge(),
    description: createDescription(routes, door.version, clock),
  };
  let upgrader: Promise<Upgrader> | undefined;
  const exchangeNeeds = {
    upgrader: () => {
      upgrader ??= createUpgrader(door);
      return upgrader;
    },
    log,
    gatekeeper: door.gatekeeper,
    findRoute: door.findRoute,
    routeNeeds,
    bodyLimitBytes: config.max_body,
    pace: door.pace,
    bodyRoom: new BodyRoom(),
    turns: createTurns(),
    stopping: () => door.signal.aborted,
    signal: door.signal,
    tally: createTally(door, counts),
    showUrl: createShowUrl(shownFields),
  };
  const server: HttpsServer = await startHttpsServer(
    {
      listen: listenAddresses(config),
      socketPath: door.socketPath,
      certificate: keeper.current,
      askClients: config.tls.client_ca !== undefined,
      maxConnections: config.max_connections,
      whoIs: (socket) => door.gatekeeper.newcomer(socket),
      clock,
      pace: door.pace,
      onNoSocket: ({ message }) =>
        log.error("this host's own commands cannot reach the agent", { reason: message }),
      headDeadlineMs: config.head_deadline,
      requestDeadlineMs: config.request_deadline,
      idleDeadlineMs: config.idle_deadline,
      onUpgrade: (request, socket, head) => void exchangeUpgrade({ request, socket, head }, exchangeNeeds),
    },
    (request, response) => {
      door.pace.count();
      exchangeNeeds.turns.take(request, response, () => exchange(request, response, exchangeNeeds));
    },
  );
  const { gate } = server;
  telemetry.gauge("connections_open", "Connections that are served.", () => gate.open);
  telemetry.gauge("connections_waiting", "Connections that wait for a place.", () => gate.waiting);
  telemetry.gauge("connections_refused", "Connections closed because too many waited.", () => gate.refused);
  return server;
}

const whatHappoMeans =
  "access.defaults is happo, as the older agent's command line has it: allowed hosts, root and the agent's own user run every program of the plugin directories; other users of this host run harmless plugins, read and push; access.defaults: native ends it, access.local_users opens it to them";

/** Fields that some route names, but for the statement of InfluxDB's clients, which may make users. */
const shownFields = routes.flatMap(({ queries = {} }) => Object.keys(queries)).filter((name) => name !== "q");

/** Who opens the agent to other hosts opens it on every address, unless the addresses are named. */
export function listenAddresses({ listen: named, allow, port }: ApiConfig): ListenAddress[] {
  if (named !== undefined) return named.map(parseListenAddress).filter((address) => address !== undefined);
  return allow.length === 0 ? loopbackAddresses(port) : [everyAddress(port)];
}

function openGate(api: ApiConfig, needs: ApiNeeds & Context & Omit<GatekeeperNeeds, "clock">): Gatekeeper {
  const { access, log } = needs;
  const gatekeeper = new Gatekeeper({ api, access }, needs);
  for (const entry of gatekeeper.malformed) log.error("an entry of api.allow is no address", { entry });
  if (access.inventory === "any")
    log.warning("access.inventory is any: callers may run every program of the host");
  if (access.defaults === "happo") log.warning(whatHappoMeans);
  const unnamed = access.callers.filter(({ commands }) => commands === undefined);
  for (const { name, roles } of unnamed)
    if (roles.includes("check"))
      log.info("a caller without commands runs plugins that are judged, and no others", { name });
  if (api.tls.client_certificate === "required" && api.tls.client_ca === undefined) {
    const reason = "api.tls.client_certificate: required needs api.tls.client_ca";
    throw new AgentError("module.failed", { module: "api", reason });
  }
  return gatekeeper;
}

interface Chores {
  readonly server: HttpsServer;
  readonly reload: () => void;
  readonly counts: RequestCounts | undefined;
}

function startChores(
  config: ApiConfig,
  parts: Supervisor,
  needs: Context,
  { reload, counts, server }: Chores,
): void {
  const watch = { name: "api.certificate", everyMs: config.tls.reload_every, run: reload };
  parts.adopt(watch.name, startSchedule(watch, needs));
  const unread = { name: "api.unread", everyMs: 1000, run: () => server.endUnread() };
  parts.adopt(unread.name, startSchedule(unread, needs));
  if (counts === undefined) return;
  const expire = () => counts.expire(Math.floor(needs.clock.now() / 1000));
  parts.adopt(
    "api.request-counts",
    startSchedule({ name: "api.request-counts", everyMs: 60_000, run: expire }, needs),
  );
}
