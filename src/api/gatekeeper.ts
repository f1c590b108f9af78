// The door of every request: address, origin, certificate, token, role, in this order.
import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { Clock } from "../kernel/clock.ts";
import { AgentError } from "../kernel/errors.ts";
import { AddressList, type AddressVerdict, isOwnHost, plainAddress } from "../transports/address-list.ts";
import { type Caller, Callers, type Evidence } from "./access/callers.ts";
import type { AccessConfig } from "./access/config.ts";
import type { ApiConfig } from "./config.ts";

export class Gatekeeper {
  readonly malformed: readonly string[];
  readonly #allowed: AddressList;
  readonly #callers: Callers;
  readonly #certificateRequired: boolean;

  constructor(api: Pick<ApiConfig, "allow" | "tls">, access: AccessConfig, clock: Clock) {
    this.#allowed = new AddressList(
      api.allow.flatMap((entry) => entry.split(",")).map((entry) => entry.trim()),
    );
    this.#callers = new Callers(access, clock);
    this.#certificateRequired = api.tls.client_certificate === "required";
    this.malformed = this.#allowed.malformed;
  }

  /** Before anything else is looked at (contract happo §2.1, §3.1). */
  admit(address: string | undefined): AddressVerdict {
    if (address === undefined || isOwnHost(address)) return "allowed";
    return this.#allowed.judge(address);
  }

  /** `apikey` is the seeds' field of the body; a credential in the head comes before it. Throws `access.*`. */
  identify(request: IncomingMessage, apikey: unknown): Caller {
    const { address, certificate } = this.#seen(request);
    const inBody = typeof apikey === "string" ? apikey : undefined;
    const { token: bearer } = credentialOf(request) ?? { token: inBody };
    return this.#callers.identify({ address, bearer, certificate });
  }

  /** Whether the field `apikey` of a body decides who asks. Throws `access.*` for those whom none can help. */
  asksBody(request: IncomingMessage): boolean {
    const { address } = this.#seen(request);
    return address !== undefined && this.#callers.knowTokens && credentialOf(request) === undefined;
  }

  /** What a request shows before its body. */
  #seen(request: IncomingMessage): Pick<Evidence, "address" | "certificate"> {
    refuseForeignOrigin(request);
    const certificate = certificateOf(request);
    const address = addressOf(request);
    const isUnusable = certificate === "forged" || (this.#certificateRequired && certificate === undefined);
    if (address !== undefined && isUnusable) throw new AgentError("access.rejected", { address });
    return { address, certificate };
  }
}

/** Undefined for the unix socket. X-Forwarded-For and the like are not looked at (contract happo §3.1). */
export function addressOf({ socket }: IncomingMessage): string | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  return plainAddress(socket.remoteAddress ?? "unknown");
}

/** `Bearer` as everywhere, `Token` as clients of InfluxDB 2 say it, or the password of `Basic`. */
function credentialOf({ headers }: IncomingMessage): { readonly token: string | undefined } | undefined {
  const [, scheme = "", credential = ""] =
    /^(Bearer|Token|Basic) +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
  if (scheme.toLowerCase() === "basic") {
    const password = Buffer.from(credential, "base64")
      .toString()
      .replace(/^[^:]*:?/, "");
    return { token: password === "" ? undefined : password };
  }
  return scheme === "" ? undefined : { token: credential };
}

function certificateOf({ socket }: IncomingMessage): Evidence["certificate"] {
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificate = socket.getPeerX509Certificate?.();
  if (certificate === undefined) return undefined;
  if (!socket.authorized) return "forged";
  const alternative = [
    ...(certificate.subjectAltName ?? "").matchAll(/(?<=^|, )(?:DNS|URI|email|IP Address):("[^"]*"|[^,]+)/g),
  ];
  const names = alternative.map(([, name = ""]) => name.trim());
  const common = /^CN=(.+)$/m.exec(certificate.subject)?.[1];
  return common === undefined ? names : [...names, common];
}

/** A page in a browser of this host must not reach the agent behind its owner's back. */
function refuseForeignOrigin({ headers }: IncomingMessage): void {
  const { origin, host } = headers;
  if (origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)) return;
  throw new AgentError("access.origin", { origin: origin.slice(0, 200) });
}
