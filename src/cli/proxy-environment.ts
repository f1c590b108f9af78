// Which HTTP proxy a request goes through, by HTTP_PROXY, HTTPS_PROXY and NO_PROXY as Go's net/http reads them.
import { BlockList, isIP } from "node:net";
import { AgentError } from "../kernel/errors.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined for a direct connection. Upper-case names win; this host itself is never reached through a proxy. */
export function proxyFor(target: URL, environment: Environment): URL | undefined {
  const name = target.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const proxy = read(environment, name);
  if (proxy === undefined || isThisHost(target) || isExempt(target, read(environment, "NO_PROXY") ?? ""))
    return undefined;
  return proxyUrl(name, proxy);
}

function read(environment: Environment, name: string): string | undefined {
  return environment[name] || environment[name.toLowerCase()] || undefined;
}

/** A value without a scheme means an HTTP proxy. */
function proxyUrl(name: string, text: string): URL {
  const url = text.includes("://") ? text : `http://${text}`;
  if (URL.canParse(url)) {
    const parsed = new URL(url);
    if (parsed.protocol === "http:" || parsed.protocol === "https:") return parsed;
  }
  throw new AgentError("usage.wrong", { reason: `${name} is not the URL of an HTTP proxy` });
}

function isThisHost(target: URL): boolean {
  const host = hostOf(target);
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function isExempt(target: URL, list: string): boolean {
  return list
    .split(",")
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== "" && matches(target, entry));
}

/** `*`, an address, a range, `example.net` (with all below it) or `.example.net` (only what is below); `:port` narrows. */
function matches(target: URL, entry: string): boolean {
  const host = hostOf(target);
  if (entry === "*") return true;
  if (entry.includes("/")) return isWithin(host, entry);
  const [, name = "", port] = /^(.*?)(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
  if (port !== undefined && port !== portOf(target)) return false;
  const bare = name.replace(/^\[|\]$/g, "").replace(/^\*(?=\.)/, "");
  return bare.startsWith(".") ? host.endsWith(bare) : host === bare || host.endsWith(`.${bare}`);
}

function isWithin(host: string, range: string): boolean {
  const [network = "", bits = ""] = range.split("/");
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const kind = family === 4 ? "ipv4" : "ipv6";
  const networks = new BlockList();
  networks.addSubnet(network, Number(bits), kind);
  return networks.check(host, kind);
}

function hostOf(target: URL): string {
  return target.hostname.replace(/^\[|\]$/g, "").toLowerCase();
}

function portOf(target: URL): string {
  return target.port || (target.protocol === "https:" ? "443" : "80");
}
