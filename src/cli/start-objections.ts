// What would keep an agent from starting although its configuration is right: files that are missing or not trusted.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LoadedConfig } from "../config/index.ts";
import { AgentError } from "../kernel/errors.ts";
import { judgeKept, judgeStateDirectory } from "../kernel/state-directory.ts";
import { readTrusted } from "../kernel/trusted-file.ts";
import { loadCertificate, readPem } from "../transports/certificate.ts";
import type { Places } from "./places.ts";

/** The keys of files that must be there at the start. */
interface FileKeys {
  readonly api?: {
    readonly tls?: {
      readonly [Key in "certificate" | "key" | "client_ca" | "client_crl"]?: string | undefined;
    };
    readonly proxy?: { readonly hops?: readonly { readonly ca?: string | undefined }[] };
  };
  readonly store?: { readonly directory?: string | undefined };
  readonly inputs?: { readonly collectd?: { readonly users_file?: string | undefined } };
}

/** Each in a sentence; none where the agent would start, as far as files are concerned. */
export function startObjections(loaded: LoadedConfig, { stateDirectory }: Places): string[] {
  const { api = {}, inputs = {}, store = {} } = loaded.value as FileKeys;
  const authorities = (api.proxy?.hops ?? []).flatMap(({ ca }) => (ca === undefined ? [] : [ca]));
  const users = inputs.collectd?.users_file;
  return [
    objection(() => judgeStateDirectory(stateDirectory)),
    objection(() => store.directory !== undefined && judgeKept(store.directory)),
    objection(() => lookAtCertificate(api.tls ?? {}, stateDirectory)),
    ...authorities.map((path) => objection(() => readPem("hop CA", path))),
    objection(() => users !== undefined && readTrusted(users, { limitBytes: 1024 * 1024 }), users),
  ].filter((one) => one !== undefined);
}

/** One that is not there yet is made at the start. */
function lookAtCertificate(tls: NonNullable<FileKeys["api"]>["tls"], stateDirectory: string): void {
  const certificate = tls?.certificate ?? join(stateDirectory, "server.pem");
  const key = tls?.key ?? join(stateDirectory, "server.key");
  const [clientCa, clientCrl] = [tls?.client_ca, tls?.client_crl];
  if (tls?.certificate !== undefined || existsSync(certificate)) {
    loadCertificate({ certificate, key, clientCa, clientCrl });
    return;
  }
  if (clientCa !== undefined) readPem("client CA", clientCa);
  if (clientCrl !== undefined) readPem("client CRL", clientCrl);
}

function objection(look: () => unknown, path?: string): string | undefined {
  try {
    look();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof AgentError) return thrown.message;
    if (thrown instanceof Error && path !== undefined) return `cannot read ${path}: ${thrown.message}`;
    throw thrown;
  }
}
