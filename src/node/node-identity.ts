// Who this node is: an identity that outlives restarts and new addresses, and how often it has started.
import { createHash, randomBytes } from "node:crypto";
import { lstat, rename } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { AgentError, reasonOf, systemCode } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import { replaceFile } from "../kernel/replace-file.ts";
import { readRegularLater } from "../kernel/trusted-file.ts";
import { readHardwareId } from "./hardware-id.ts";
import { addressesInHosts, localAddressOf } from "./local-address.ts";

export interface NodeIdentityNeeds {
  readonly stateDirectory: string;
  readonly hostname: string;
  /** Where the host's files are seen. */
  readonly hostRoot: string;
  /** Wall time in milliseconds. */
  readonly now: () => number;
  readonly interfaces?: typeof networkInterfaces;
  readonly log: Pick<Log, "error">;
}

export interface NodeIdentity {
  /** 40 hexadecimal digits. */
  readonly uuid: string;
  /** Grows with every start. */
  readonly incarnation: number;
  /** Undefined where this host has no address that others could use. */
  readonly localAddress: string | undefined;
}

const uuidFile = "node-uuid";
const incarnationFile = "node-incarnation";
const fileMode = 0o600;
/** Of /etc/hosts too, which may be long. */
const limitBytes = 4 * 1024 * 1024;

/** Reads and keeps it; to be called once for each start. Rejects with `state.unusable` (contract opsbro §3, §7.1). */
export async function readNodeIdentity(needs: NodeIdentityNeeds): Promise<NodeIdentity> {
  const { stateDirectory, hostname, hostRoot, interfaces = networkInterfaces } = needs;
  try {
    const hosts = await textOf(join(hostRoot, "/etc/hosts")).catch(() => "");
    return {
      uuid: await settleUuid(needs),
      incarnation: await countStart(needs),
      localAddress: localAddressOf(interfaces(), addressesInHosts(hosts, hostname)),
    };
  } catch (cause) {
    throw new AgentError("state.unusable", { path: stateDirectory, reason: reasonOf(cause), cause });
  }
}

/** The hardware's; else the one that was kept under this host name: a copy of a disk in another host is another node. */
async function settleUuid({ stateDirectory, hostname, hostRoot, log }: NodeIdentityNeeds): Promise<string> {
  const path = join(stateDirectory, uuidFile);
  const found = await keptIn(path, /^[0-9a-f]{40}\n[^\n]*\n$/, log);
  const [kept = "", keptHostname = ""] = found.split("\n");
  const usable = kept !== "" && keptHostname === hostname ? kept : undefined;
  const hardwareId = await readHardwareId(hostRoot);
  const uuid = hardwareId === undefined ? (usable ?? digest(randomBytes(32))) : digest(hardwareId);
  if (uuid !== usable) await keep(path, `${uuid}\n${hostname}\n`, log);
  return uuid;
}

/** Where nothing was kept it begins with the time in seconds: above all that others may remember of this node. */
async function countStart({ stateDirectory, now, log }: NodeIdentityNeeds): Promise<number> {
  const path = join(stateDirectory, incarnationFile);
  const kept = Number(await keptIn(path, /^\d{1,15}\n$/, log));
  const incarnation = kept === 0 ? Math.max(1, Math.floor(now() / 1000)) : kept + 1;
  await keep(path, `${incarnation}\n`, log);
  return incarnation;
}

/** A disk that is full or read-only does not keep an agent from its work. */
async function keep(path: string, text: string, log: Pick<Log, "error">): Promise<void> {
  try {
    await replaceFile(path, text, fileMode);
  } catch (thrown) {
    log.error("the identity of this node is not kept", { path, reason: reasonOf(thrown) });
  }
}

/** What a file holds in the form that it was written in; empty where it is missing, and where it is damaged. */
async function keptIn(path: string, form: RegExp, log: Pick<Log, "error">): Promise<string> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) return "";
  const text = stats.isFile() ? await textOf(path) : "";
  if (form.test(text)) return text;
  // A file is replaced, and anything else is out of its way.
  if (!stats.isFile()) await rename(path, `${path}.damaged-${Date.now()}`).catch(() => {});
  log.error("a file that tells this node from others is damaged; it is made anew", { path });
  return "";
}

function digest(data: string | Buffer): string {
  return createHash("sha1").update(data).digest("hex");
}

/** Empty when there is no such file. */
async function textOf(path: string): Promise<string> {
  try {
    return (await readRegularLater(path, limitBytes)).toString("utf8");
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return "";
    throw thrown;
  }
}
