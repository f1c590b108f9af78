// The certificate that the agent makes for itself: kept twice, for everybody who pinned it would be locked out by another.
import { existsSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Clock } from "../kernel/clock.ts";
import { AgentError, reasonOf } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import { replaceFile } from "../kernel/replace-file.ts";
import { fingerprintOfPem, loadCertificate } from "../transports/certificate.ts";

export interface OwnCertificateNeeds {
  readonly log: Log;
  readonly clock: Pick<Clock, "now">;
  readonly stateDirectory: string;
  /** Makes a self-signed certificate for this host. PEM texts. */
  readonly createCertificate: () => Promise<{ certificate: string; key: string }>;
  /** Told when the old one is lost and another was made. */
  readonly onReplaced: (replaced: ReplacedCertificate) => void;
}

const replacedCertificate = z.object({
  /** SHA-256; undefined where nothing is left that tells. */
  old: z.string().optional(),
  new: z.string(),
  atMs: z.number(),
});

/** Another certificate stands in the place of the one that people may have pinned. */
export type ReplacedCertificate = z.output<typeof replacedCertificate>;

interface Places {
  readonly certificate: string;
  readonly key: string;
  /** Key and certificate once more, in one file. */
  readonly copy: string;
  /** Of the certificate in use, for the day when it is lost. */
  readonly fingerprint: string;
  /** There until somebody has said that he knows. */
  readonly replaced: string;
}

function placesOf(stateDirectory: string): Places {
  const at = (name: string) => join(stateDirectory, name);
  return {
    certificate: at("server.pem"),
    key: at("server.key"),
    copy: at("server.copy"),
    fingerprint: at("server.fingerprint"),
    replaced: at("server.replaced"),
  };
}

/**
 * Sees that a usable pair is there: the one that was, its copy, or a new one. What is damaged is set aside. Rejects with
 * `tls.untrusted`, `state.unusable`, and `tls.unreadable` for a key that every user can read.
 */
export async function ensureOwnCertificate(needs: OwnCertificateNeeds): Promise<void> {
  const places = placesOf(needs.stateDirectory);
  const fault = faultOf(places);
  if (fault === undefined) return await keepCopy(places, needs.log);
  // A key that others could read is no secret any more, and its copy is the same key: that is for a person to mend.
  const isUntrusted = fault instanceof AgentError && fault.code === "tls.untrusted";
  if (isUntrusted || isExposed(places.key)) throw fault;
  const isFirst = ![places.certificate, places.key, places.copy].some((path) => existsSync(path));
  if (isFirst) return await makePair(places, needs);
  const known = knownFingerprint(places);
  needs.log.error("the agent's own certificate cannot be used", { reason: reasonOf(fault) });
  for (const path of [places.certificate, places.key]) setAside(path, needs.log);
  if (await takeCopy(places, needs.log)) return;
  setAside(places.copy, needs.log);
  await makePair(places, needs);
  await tellReplaced(places, known, needs);
}

/** What people were told of and nobody has acknowledged yet. */
export function readReplaced(stateDirectory: string): ReplacedCertificate | undefined {
  try {
    return replacedCertificate.parse(JSON.parse(readFileSync(placesOf(stateDirectory).replaced, "utf8")));
  } catch {
    return undefined;
  }
}

/** False where there was nothing to acknowledge. */
export function acknowledgeReplaced(stateDirectory: string): boolean {
  const { replaced } = placesOf(stateDirectory);
  const isThere = existsSync(replaced);
  rmSync(replaced, { force: true, recursive: true });
  return isThere;
}

function faultOf(places: Places): unknown {
  try {
    loadCertificate(places);
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

function isExposed(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && (stats.mode & 0o004) !== 0;
}

async function keepCopy(places: Places, log: Log): Promise<void> {
  const [certificate, key] = [readFileSync(places.certificate, "utf8"), readFileSync(places.key, "utf8")];
  try {
    await keep(places.copy, `${key.trimEnd()}\n${certificate}`, 0o600);
    await keep(places.fingerprint, `${fingerprintOfPem(certificate)}\n`, 0o600);
  } catch (thrown) {
    log.error("the agent's own certificate is not kept twice", { reason: reasonOf(thrown) });
  }
}

async function keep(path: string, text: string, mode: number): Promise<void> {
  if (textOf(path) === text) return;
  if (textOf(path) === undefined && existsSync(path)) renameSync(path, `${path}.damaged-${Date.now()}`);
  await replaceFile(path, text, mode);
}

/** Whether the copy stands in the place of the lost pair now. */
async function takeCopy(places: Places, log: Log): Promise<boolean> {
  const blocks = /^(-----BEGIN [^-]*PRIVATE KEY-----[\s\S]*?-----END [^-]*PRIVATE KEY-----)\n([\s\S]+)$/.exec(
    textOf(places.copy) ?? "",
  );
  if (blocks === null) return false;
  const [, key = "", certificate = ""] = blocks;
  await write(places, { certificate, key: `${key}\n` });
  const fault = faultOf(places);
  if (fault !== undefined) {
    for (const path of [places.certificate, places.key]) setAside(path, log);
    return false;
  }
  await keepCopy(places, log);
  log.error("the copy of the agent's own certificate is used", {
    fingerprint: fingerprintOfPem(certificate) ?? "",
  });
  return true;
}

async function makePair(places: Places, { log, createCertificate }: OwnCertificateNeeds): Promise<void> {
  await write(places, await createCertificate());
  log.info("made a certificate", { path: places.certificate });
  await keepCopy(places, log);
}

/** The key is there before the certificate that makes the pair count, and neither is ever half written. */
async function write(places: Places, { certificate, key }: { certificate: string; key: string }) {
  try {
    await replaceFile(places.key, key, 0o600);
    await replaceFile(places.certificate, certificate, 0o644);
  } catch (thrown) {
    throw new AgentError("state.unusable", { path: places.key, reason: reasonOf(thrown), cause: thrown });
  }
}

async function tellReplaced(places: Places, old: string | undefined, needs: OwnCertificateNeeds) {
  const replaced = {
    ...(old === undefined ? {} : { old }),
    new: fingerprintOfPem(readFileSync(places.certificate, "utf8")) ?? "",
    atMs: needs.clock.now(),
  };
  await replaceFile(places.replaced, JSON.stringify(replaced), 0o600).catch(() => {});
  needs.log.error(
    "the agent's own certificate is lost, and another was made: whoever pinned the old one needs the new one",
    {
      old: old ?? "not known",
      new: replaced.new,
    },
  );
  needs.onReplaced(replaced);
}

function knownFingerprint(places: Places): string | undefined {
  const kept = textOf(places.fingerprint)?.trim();
  if (kept !== undefined && /^[0-9A-Fa-f:]{64,95}$/.test(kept)) return kept;
  return fingerprintOfPem(textOf(places.certificate) ?? "") ?? fingerprintOfPem(textOf(places.copy) ?? "");
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function setAside(path: string, log: Log): void {
  if (!existsSync(path)) return;
  const aside = `${path}.damaged-${Date.now()}`;
  renameSync(path, aside);
  log.error("set aside", { path: aside });
}
