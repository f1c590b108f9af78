// Which of this host's addresses others are told (contract opsbro §3).
import { isIPv4 } from "node:net";
import type { NetworkInterfaceInfo, networkInterfaces } from "node:os";

type Interfaces = ReturnType<typeof networkInterfaces>;

/** Networks between containers or virtual machines of one host: nobody else is there. */
const inside = /^(docker|br-|veth|virbr|vnet|cni|flannel|cali|lxcbr|lxdbr|podman|cilium)/;

/**
 * An address of the host's own name if one of its interfaces has it; else the first by the order 192.*, 172.*, 10.*,
 * others, version 6, bridges to containers, 127.*. Undefined where only refused ones are left: 127.0.0.*, 169.254.*,
 * and their likes of version 6.
 */
export function localAddressOf(
  interfaces: Interfaces,
  ownAddresses: readonly string[] = [],
): string | undefined {
  const candidates = Object.entries(interfaces).flatMap(([name, infos]) =>
    (infos ?? []).filter(isUsable).map(({ address }) => ({ address, rank: rankOf(address, name) })),
  );
  const own = ownAddresses.find((address) => candidates.some((candidate) => candidate.address === address));
  return own ?? candidates.sort((one, other) => one.rank - other.rank)[0]?.address;
}

function isUsable({ address }: NetworkInterfaceInfo): boolean {
  return isIPv4(address)
    ? !/^(127\.0\.0\.|169\.254\.|0\.)/.test(address)
    : !/^(::1$|fe[89ab])/i.test(address);
}

function rankOf(address: string, interfaceName: string): number {
  if (address.startsWith("127.")) return 6;
  if (inside.test(interfaceName)) return 5;
  if (!isIPv4(address)) return 4;
  const place = ["192.", "172.", "10."].findIndex((start) => address.startsWith(start));
  return place < 0 ? 3 : place;
}

/** Addresses that a hosts file gives to a name, in their order there. */
export function addressesInHosts(text: string, name: string): string[] {
  return text.split("\n").flatMap((line) => {
    const [content = ""] = line.split("#", 1);
    const [address = "", ...names] = content.trim().split(/\s+/);
    return names.some((one) => one.toLowerCase() === name.toLowerCase()) ? [address] : [];
  });
}
