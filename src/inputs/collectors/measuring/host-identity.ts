// Names and addresses of this host, from its own files and interfaces: nobody is asked over the network.
import { BlockList, isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import { columnsOf } from "../../../formats/proc/columns.ts";
import type { HostFiles } from "../../host-files.ts";

/** The first name with a dot beside the host's own in /etc/hosts; the host name itself when there is none. */
export async function fullNameOf(hostname: string, host: HostFiles): Promise<string> {
  if (hostname.includes(".")) return hostname;
  for (const line of ((await host.text("/etc/hosts")) ?? "").split("\n")) {
    const [content = ""] = line.split("#", 1);
    const [, ...names] = columnsOf(content);
    const full = names.includes(hostname) ? names.find((name) => name.includes(".")) : undefined;
    if (full !== undefined) return full;
  }
  return hostname;
}

/** IPv4 address of the interface that the default route leaves through, else of the first; empty without any. */
export async function localAddressOf(host: HostFiles): Promise<string> {
  const interfaces = new Map(Object.entries(networkInterfaces()));
  const first = defaultInterface((await host.text("/proc/net/route")) ?? "");
  const inOrder = [...(first === undefined ? [] : [first]), ...interfaces.keys()];
  for (const name of inOrder)
    for (const { address, family, internal } of interfaces.get(name) ?? [])
      if (family === "IPv4" && !internal) return address;
  return "";
}

/** Name of the interface with the destination 0.0.0.0/0 in /proc/net/route. */
function defaultInterface(routes: string): string | undefined {
  for (const line of routes.split("\n")) {
    const [name, destination, , , , , , mask] = columnsOf(line);
    if (destination === "00000000" && mask === "00000000") return name;
  }
  return undefined;
}

/** Networks that are not routed between sites. */
const withinSites = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const;

/** The address if the whole world can reach it; empty otherwise. */
export function publicAddressOf(address: string): string {
  const private4 = new BlockList();
  for (const [network, prefix] of withinSites) private4.addSubnet(network, prefix);
  return isIPv4(address) && !private4.check(address) ? address : "";
}
