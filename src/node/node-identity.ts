// Who this node is: an identity that outlives restarts and new addresses, and how often it has started.
import { createHash, randomBytes } from "node:crypto";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { AgentError, reasonOf, systemCode } from "../kernel/errors.ts";
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
  /** Told when the disk does not keep it: it holds until the agent ends. */
  readonly onUnkept: (reason: string) => void;
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
async function settleUuid({
  stateDirectory,
  hostname,
  hostRoot,
  onUnkept,
}: NodeIdentityNeeds): Promise<string> {
  const path = join(stateDirectory, uuidFile);
  const [kept = "", keptHostname = ""] = (await textOf(path)).split("\n");
  const usable = /^[0-9a-f]{40}$/.test(kept) && keptHostname === hostname ? kept : undefined;
  const hardwareId = await readHardwareId(hostRoot);
  const uuid = hardwareId === undefined ? (usable ?? digest(randomBytes(32))) : digest(hardwareId);
  if (uuid !== usable) await keep(path, `${uuid}\n${hostname}\n`, onUnkept);
  return uuid;
}

/** Where nothing was kept it begins with the time in seconds: above all that others may remember of this node. */
async function countStart({ stateDirectory, now, onUnkept }: NodeIdentityNeeds): Promise<number> {
  const path = join(stateDirectory, incarnationFile);
  const text = (await textOf(path)).trim();
  const kept = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  const incarnation = kept === undefined ? Math.max(1, Math.floor(now() / 1000)) : kept + 1;
  await keep(path, `${incarnation}\n`, onUnkept);
  return incarnation;
}

/** A disk that is full or read-only does not keep an agent from its work. */
async function keep(path: string, text: string, onUnkept: (reason: string) => void): Promise<void> {
  try {
    await replaceFile(path, text, fileMode);
  } catch (thrown) {
    onUnkept(reasonOf(thrown));
  }
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
