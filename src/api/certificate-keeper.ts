// The server's certificate while the agent runs: made when none is given, loaded again when its files change.
import { join } from "node:path";
import type { Clock } from "../kernel/clock.ts";
import { reasonOf } from "../kernel/errors.ts";
import {
  type CertificateFiles,
  complaintAbout,
  type LoadedCertificate,
  loadCertificate,
  stampOf,
} from "../transports/certificate.ts";
import type { ApiConfig } from "./config.ts";
import {
  acknowledgeReplaced,
  ensureOwnCertificate,
  type OwnCertificateNeeds,
  readReplaced,
} from "./own-certificate.ts";

export interface CertificateNeeds extends OwnCertificateNeeds {
  readonly clock: Clock;
}

export interface CertificateKeeper {
  readonly current: LoadedCertificate;
  /** The own one was lost and nobody has acknowledged it: its SHA-256, and when, in ISO 8601. */
  readonly replaced: { readonly old: string | null; readonly at: string } | null;
  /** False where there was nothing to acknowledge. */
  acknowledge(): boolean;
  /** True when the files changed and hold a usable pair; a pair that is not usable is logged, and the old one stays. */
  reload(): boolean;
}

/** Rejects with `tls.unreadable` or `tls.unusable`. */
export async function keepCertificate(
  tls: ApiConfig["tls"],
  needs: CertificateNeeds,
): Promise<CertificateKeeper> {
  const { log, clock } = needs;
  const files = filesOf(tls, needs.stateDirectory);
  if (tls.certificate === undefined && tls.key === undefined) await ensureOwnCertificate(needs);
  let replaced = readReplaced(needs.stateDirectory);
  let stamp = stampOf(files);
  let current = loadCertificate(files);
  const complain = () => {
    const complaint = complaintAbout(current, clock.now());
    if (complaint !== undefined)
      log.error("the certificate needs care", { path: files.certificate, complaint });
  };
  complain();
  return {
    get current() {
      return current;
    },
    get replaced() {
      return replaced === undefined
        ? null
        : { old: replaced.old ?? null, at: new Date(replaced.atMs).toISOString() };
    },
    acknowledge() {
      replaced = undefined;
      return acknowledgeReplaced(needs.stateDirectory);
    },
    reload() {
      const now = stampOf(files);
      if (now === stamp) return false;
      stamp = now;
      try {
        current = loadCertificate(files);
      } catch (thrown) {
        log.error("the new certificate is not usable; the old one stays", { reason: reasonOf(thrown) });
        return false;
      }
      log.warning("the certificate was loaded again", { fingerprint: current.fingerprint });
      complain();
      return true;
    },
  };
}

function filesOf(tls: ApiConfig["tls"], stateDirectory: string): CertificateFiles {
  return {
    certificate: tls.certificate ?? join(stateDirectory, "server.pem"),
    key: tls.key ?? join(stateDirectory, "server.key"),
    clientCa: tls.client_ca,
    clientCrl: tls.client_crl,
  };
}
