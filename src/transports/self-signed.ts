// A certificate made here, for an agent that was given none. Its library is large: import this file only when needed.
import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

export interface SelfSignedRequest {
  readonly commonName: string;
  /** Further host names and addresses that the certificate is good for. */
  readonly names: readonly string[];
  readonly days: number;
}

/** PEM texts. The key is RSA, so that the suite ECDHE-RSA-AES128-GCM-SHA256 can be had (contract happo §3.2). */
export interface SelfSigned {
  readonly certificate: string;
  readonly key: string;
}

const algorithm = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};

export async function createSelfSigned({ commonName, names, days }: SelfSignedRequest): Promise<SelfSigned> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const now = Date.now();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [commonName] }],
      // A clock that is a little slow must not refuse it.
      notBefore: new Date(now - 3_600_000),
      notAfter: new Date(now + days * 86_400_000),
      signingAlgorithm: algorithm,
      keys,
      // No key usage: with one, the certificate could not stand in a CA file of those who trust just this agent.
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
        new SubjectAlternativeNameExtension(
          [commonName, ...names].map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value }) as const),
        ),
      ],
    },
    webcrypto as never,
  );
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" }).toString();
  return { certificate: `${certificate.toString("pem")}\n`, key };
}
