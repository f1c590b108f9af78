// The server's certificate while the agent runs: made when none is given, loaded again when its files change.
import { chmodSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../kernel/clock.ts";
import { AgentError, reasonOf } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import {
  type CertificateFiles,
  complaintAbout,
  type LoadedCertificate,
  loadCertificate,
  stampOf,
} from "../transports/certificate.ts";
import type { ApiConfig } from "./config.ts";

export interface CertificateNeeds {
  readonly log: Log;
  readonly clock: Clock;
  readonly stateDirectory: string;
  /** Makes a self-signed certificate for this host. PEM texts. */
  readonly createCertificate: () => Promise<{ certificate: string; key: string }>;
}

export interface CertificateKeeper {
  readonly current: LoadedCertificate;
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
  if (tls.certificate === undefined && !existsSync(files.certificate)) await make(files, needs);
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

/** The key is there before the certificate that makes the pair count, and neither is ever half written. */
async function make(files: CertificateFiles, { log, createCertificate }: CertificateNeeds): Promise<void> {
  const { certificate, key } = await createCertificate();
  try {
    replaceFile(files.key, key, 0o600);
    replaceFile(files.certificate, certificate, 0o644);
  } catch (thrown) {
    throw new AgentError("state.unusable", { path: files.key, reason: reasonOf(thrown), cause: thrown });
  }
  log.info("made a certificate", { path: files.certificate });
}

function replaceFile(path: string, text: string, mode: number): void {
  const draft = `${path}.new`;
  writeFileSync(draft, text, { mode });
  chmodSync(draft, mode);
  renameSync(draft, path);
}
