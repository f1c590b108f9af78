// The server's certificate: read, judged, and told by its fingerprint.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { statSync } from "node:fs";
import { AgentError, reasonOf } from "../kernel/errors.ts";
import { pemFile, readRegular } from "../kernel/trusted-file.ts";
import { trusted } from "../kernel/trusted-path.ts";
import { fingerprintOf } from "./http-client.ts";

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
  /** PEM file of the authorities that sign client certificates; clients are then asked for one. */
  readonly clientCa?: string | undefined;
  /** PEM file of revoked client certificates. */
  readonly clientCrl?: string | undefined;
}

export interface LoadedCertificate {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer | undefined;
  readonly crl: Buffer | undefined;
  readonly fingerprint: string;
  readonly subject: string;
  readonly notAfter: Date;
  readonly notBefore: Date;
}

/** Throws `tls.unreadable`, `tls.untrusted` or `tls.unusable`. A certificate that ran out is no error here: see `complaintAbout`. */
export function loadCertificate(files: CertificateFiles): LoadedCertificate {
  const cert = readPem("certificate", files.certificate);
  const key = readKey(files.key);
  const leaf = parse(cert, files.certificate);
  if (!leaf.checkPrivateKey(parseKey(key, files))) {
    throw new AgentError("tls.unusable", {
      certificate: files.certificate,
      reason: `${files.key} is not its key`,
    });
  }
  return {
    cert,
    key,
    ca: files.clientCa === undefined ? undefined : readPem("client CA", files.clientCa),
    crl: files.clientCrl === undefined ? undefined : readPem("client CRL", files.clientCrl),
    fingerprint: fingerprintOf(leaf.raw),
    subject: leaf.subject.replaceAll("\n", ", "),
    notAfter: new Date(leaf.validTo),
    notBefore: new Date(leaf.validFrom),
  };
}

/** What is wrong with its dates at `nowMs`, or undefined. An agent with an old certificate still answers. */
export function complaintAbout(
  { notAfter, notBefore }: LoadedCertificate,
  nowMs: number,
): string | undefined {
  const day = 86_400_000;
  if (notAfter.getTime() < nowMs) return `it expired on ${notAfter.toISOString()}`;
  if (notBefore.getTime() > nowMs) return `it is valid only from ${notBefore.toISOString()}`;
  if (notAfter.getTime() < nowMs + 14 * day) return `it expires soon, on ${notAfter.toISOString()}`;
  return undefined;
}

/** SHA-256 of the first certificate in a PEM text; undefined where there is none. */
export function fingerprintOfPem(pem: string): string | undefined {
  try {
    return fingerprintOf(new X509Certificate(pem).raw);
  } catch {
    return undefined;
  }
}

/** A text that changes when one of the files does. */
export function stampOf(files: CertificateFiles): string {
  const paths = [files.certificate, files.key, files.clientCa, files.clientCrl];
  return paths
    .map((path) => {
      const stats = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false, bigint: true });
      return stats === undefined ? "-" : `${stats.ino}:${stats.mtimeNs}:${stats.size}`;
    })
    .join(" ");
}

/** Throws `tls.unreadable`, and `tls.untrusted` where others could change it. */
export function readPem(what: string, path: string): Buffer {
  const distrust = trusted(path);
  if (distrust !== undefined) throw new AgentError("tls.untrusted", { what, reason: distrust });
  try {
    return readRegular(path, pemFile.limitBytes);
  } catch (thrown) {
    throw new AgentError("tls.unreadable", { what, path, reason: reasonOf(thrown), cause: thrown });
  }
}

/** A key that everybody can read is no secret: such a file is refused. */
function readKey(path: string): Buffer {
  const key = readPem("private key", path);
  if ((statSync(path).mode & 0o004) !== 0) {
    const reason = "every user can read it; run chmod go-rwx on it";
    throw new AgentError("tls.unreadable", { what: "private key", path, reason });
  }
  return key;
}

function parse(pem: Buffer, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (thrown) {
    throw new AgentError("tls.unusable", { certificate: path, reason: reasonOf(thrown), cause: thrown });
  }
}

function parseKey(pem: Buffer, files: CertificateFiles) {
  try {
    return createPrivateKey(pem);
  } catch (thrown) {
    const encrypted = pem.includes("ENCRYPTED");
    const reason = encrypted ? "it is encrypted; write it without a passphrase" : reasonOf(thrown);
    throw new AgentError("tls.unreadable", { what: "private key", path: files.key, reason, cause: thrown });
  }
}
