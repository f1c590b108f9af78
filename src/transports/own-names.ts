// By which names this agent may be asked: a page whose own name was made to lead here (DNS rebinding) knows none of them.
import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { hostname } from "node:os";

export interface OwnNames {
  /** Whether the `Host` header names this agent: by an address, a name of its own, or not at all. */
  has(host: string | undefined): boolean;
}

/**
 * `configured` may hold `*.domain`. `certificate` gives the one that is shown, in PEM, where there is one: its names are
 * the agent's own.
 */
export function createOwnNames(
  configured: readonly string[],
  certificate: () => string | Buffer | undefined = () => undefined,
): OwnNames {
  const always = ["localhost", hostname(), ...configured].map((name) => name.toLowerCase());
  let read: { readonly pem: string | Buffer | undefined; readonly names: readonly string[] } | undefined;
  const ofCertificate = () => {
    const pem = certificate();
    if (read === undefined || read.pem !== pem) read = { pem, names: pem === undefined ? [] : namesOf(pem) };
    return read.names;
  };
  const look = (host: string, names: readonly string[]) => {
    const name = hostNameOf(host);
    if (name === undefined) return false;
    // No name, nothing that could have been made to lead here.
    return isIP(name) !== 0 || [...always, ...names].some((rule) => fits(rule, name));
  };
  /** Clients ask by one name again and again. */
  let last = { host: "localhost", names: ofCertificate(), isOwn: true };
  return {
    has(host) {
      // Without the header it is no browser (RFC 9112 §3.2).
      if (host === undefined || host === "") return true;
      const names = ofCertificate();
      if (host !== last.host || names !== last.names) last = { host, names, isOwn: look(host, names) };
      return last.isOwn;
    },
  };
}

/** Lower case, without port, brackets and a last dot. Undefined for what is no host. */
function hostNameOf(host: string): string | undefined {
  if (host.length > 300 || !URL.canParse(`https://${host}`)) return undefined;
  const { hostname: name, pathname, username } = new URL(`https://${host}`);
  if (pathname !== "/" || username !== "") return undefined;
  return name.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}

function namesOf(pem: string | Buffer): string[] {
  try {
    const { subject, subjectAltName = "" } = new X509Certificate(pem);
    const common = subject?.split("\n").find((line) => line.startsWith("CN="));
    const alternative = subjectAltName.split(", ").filter((entry) => entry.startsWith("DNS:"));
    return [common?.slice(3) ?? "", ...alternative.map((entry) => entry.slice(4))].map((name) =>
      name.toLowerCase(),
    );
  } catch {
    return [];
  }
}

function fits(rule: string, name: string): boolean {
  return rule.startsWith("*.") ? name.endsWith(rule.slice(1)) : rule === name;
}
