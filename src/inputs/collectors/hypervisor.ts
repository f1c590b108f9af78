// Collector `hypervisor`: on what this host runs, when it is a virtual machine (contract opsbro §4.2).
import * as z from "zod";
import { parseCpuinfo } from "../../formats/proc/cpuinfo.ts";
import { defineCollector } from "../collector.ts";
import type { HostFiles } from "../host-files.ts";

/** The letters that the hypervisor answers to CPUID 0x40000000, which no file shows: they follow from other marks. */
const signatures = {
  kvm: "KVMKVMKVM",
  vmware: "VMwareVMware",
  xen: "XenVMMXenVMM",
  microsoft: "MicrosoftHv",
  virtualbox: "VBoxVBoxVBox",
};

/** What the firmware calls its maker or product, in lower case. */
const makers: readonly (readonly [string, string])[] = [
  ["vmware", signatures.vmware],
  ["virtualbox", signatures.virtualbox],
  ["innotek", signatures.virtualbox],
  ["microsoft corporation", signatures.microsoft],
  ["xen", signatures.xen],
  ["qemu", signatures.kvm],
  ["kvm", signatures.kvm],
  ["amazon ec2", signatures.kvm],
  ["google", signatures.kvm],
  ["openstack", signatures.kvm],
];
/** Clocks that only one hypervisor offers. */
const clocks: readonly (readonly [string, string])[] = [
  ["kvm-clock", signatures.kvm],
  ["hyperv", signatures.microsoft],
  ["xen", signatures.xen],
];

export const hypervisor = defineCollector({
  name: "hypervisor",
  summary: "The hypervisor that this host runs on, if any.",
  everyMs: 3_600_000,
  config: z.strictObject({}),
  leaves: {},
  async read(_config, { host }): Promise<{ signature: string }> {
    const line = async (path: string) => ((await host.text(path)) ?? "").trim().toLowerCase();
    if ((await line("/sys/hypervisor/type")) === "xen") return { signature: signatures.xen };
    // Microsoft also makes machines of metal: without the processor's own word the firmware's proves nothing.
    if (!(await isVirtual(host))) return { signature: "" };
    const id = "/sys/class/dmi/id";
    const firmware = `${await line(`${id}/sys_vendor`)} ${await line(`${id}/product_name`)}`;
    const clock = await line("/sys/devices/system/clocksource/clocksource0/available_clocksource");
    return { signature: firstMatch(makers, firmware) ?? firstMatch(clocks, clock) ?? "" };
  },
  measure: ({ signature }) => ({ hypervisor: signature }),
  spellings: (reading) => ({ ...reading, virtual: reading["hypervisor"] ?? "" }),
});

async function isVirtual(host: HostFiles): Promise<boolean> {
  return parseCpuinfo((await host.text("/proc/cpuinfo")) ?? "").flags.has("hypervisor");
}

function firstMatch(marks: readonly (readonly [string, string])[], text: string): string | undefined {
  return marks.find(([mark]) => text.includes(mark))?.[1];
}
