// Whom clients trust that are told nothing else: the authorities of this system's store, and those that the runtime brings.
import { readFileSync, statSync } from "node:fs";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";

/** Where distributions keep them in one file: Debian, Fedora, openSUSE, OpenELEC, Red Hat, Alpine. */
const usualPlaces = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/tls/cacert.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
] as const;

interface Identity {
  /** PEM, as is the key. */
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

export interface SystemAuthorities {
  /** PEM, read anew. */
  certificates(): string[];
  /** Shared by all who ask with the same identity, until the store changes. */
  context(identity?: Identity): SecureContext;
}

interface Kept {
  readonly state: string;
  readonly identity: Identity | undefined;
  readonly context: SecureContext;
}

/** Nothing is read before somebody asks; the first of the places that there is counts. */
export function createSystemAuthorities(places: readonly string[] = usualPlaces): SystemAuthorities {
  /** The one for nobody, and the last one for somebody. */
  const kept: { own?: Kept; anonymous?: Kept } = {};
  const certificates = () => [...rootCertificates, ...readFirst(places)];
  return {
    certificates,
    context(identity) {
      const slot = identity === undefined ? "anonymous" : "own";
      const state = stateOf(places);
      const known = kept[slot];
      if (known?.state === state && isSame(known.identity, identity)) return known.context;
      const context = createSecureContext({ ca: certificates(), ...identity });
      kept[slot] = { state, identity, context };
      return context;
    },
  };
}

/** Those of this host, for every client of this process. */
export const systemAuthorities = createSystemAuthorities();

function isSame(one: Identity | undefined, other: Identity | undefined): boolean {
  return one?.cert === other?.cert && one?.key === other?.key;
}

function stateOf(places: readonly string[]): string {
  for (const place of places) {
    const found = statSync(place, { throwIfNoEntry: false });
    if (found !== undefined) return [place, found.ino, found.size, found.mtimeMs].join(" ");
  }
  return "";
}

/** A store that cannot be read is none: the runtime's own authorities are left. */
function readFirst(places: readonly string[]): string[] {
  const place = places.find((one) => statSync(one, { throwIfNoEntry: false }) !== undefined);
  if (place === undefined) return [];
  try {
    return [readFileSync(place, "utf8")];
  } catch {
    return [];
  }
}
