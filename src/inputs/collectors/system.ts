// Collector `system`: what this host is (contract opsbro §4.2).
import { machine, userInfo } from "node:os";
import * as z from "zod";
import { type CpuInfo, parseCpuinfo } from "../../formats/proc/cpuinfo.ts";
import { defineCollector, type Reading } from "../collector.ts";
import type { HostFiles } from "../host-files.ts";
import { fullNameOf, localAddressOf, publicAddressOf } from "./measuring/host-identity.ts";
import { type LinuxRelease, linuxReleaseOf } from "./measuring/linux-release.ts";
import { readingOf } from "./measuring/rate.ts";

export interface SystemSample {
  readonly hostname: string;
  readonly fqdn: string;
  readonly kernel: string;
  readonly release: LinuxRelease;
  readonly cpu: CpuInfo;
  readonly localAddress: string;
  readonly architecture: string;
  readonly owner: Owner;
}

/** Who the agent runs as. */
interface Owner {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
}

export const system = defineCollector({
  name: "system",
  summary: "What this host is: its names, addresses, processors and distribution.",
  everyMs: 600_000,
  config: z.strictObject({}),
  leaves: {
    cpu_count: { help: "Processors that are online" },
    cpu_mhz: { help: "Clock rate of the first processor", unit: "megahertz" },
    uid: { help: "User id of the agent" },
    gid: { help: "Group id of the agent" },
    "os.linux.major_version": { help: "First number of the distribution's version" },
    "os.linux.minor_version": { help: "Second number of the distribution's version, 0 without one" },
  },
  async read(_config, { host }): Promise<SystemSample> {
    const hostname = await line(host, "/proc/sys/kernel/hostname");
    return {
      hostname,
      fqdn: await fullNameOf(hostname, host),
      kernel: await line(host, "/proc/sys/kernel/osrelease"),
      release: await linuxReleaseOf(host),
      cpu: parseCpuinfo((await host.text("/proc/cpuinfo")) ?? ""),
      localAddress: await localAddressOf(host),
      architecture: machine(),
      owner: ownerOfProcess(),
    };
  },
  measure: ({ hostname, fqdn, kernel, release, cpu, localAddress, architecture, owner }) =>
    readingOf({
      hostname,
      fqdn,
      architecture,
      os: { name: "linux", platform: "linux", kernel, linux: versionOf(release) },
      cpu_count: cpu.count,
      cpu_model_name: cpu.modelName,
      cpu_mhz: cpu.mhz,
      ...owner,
      public_ip: publicAddressOf(localAddress),
      local_ip: localAddress,
    }),
  spellings: (reading) => ({
    ...reading,
    cpucount: reading["cpu_count"] ?? 0,
    publicip: reading["public_ip"] ?? "",
  }),
});

function versionOf({ distribution, version, codename }: LinuxRelease): Reading {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10) || 0);
  return { distribution, version, id: codename, major_version: major, minor_version: minor };
}

/** A user id without a name has no record to look up. */
function ownerOfProcess(): Owner {
  try {
    const { username, uid, gid } = userInfo();
    return { user: username, uid, gid };
  } catch {
    const [uid = -1, gid = -1] = [process.getuid?.(), process.getgid?.()];
    return { user: String(uid), uid, gid };
  }
}

async function line(host: HostFiles, path: string): Promise<string> {
  return ((await host.text(path)) ?? "").trim();
}
