// Collector `interfaces`: addresses and states of the network interfaces (contract opsbro §4.2).
import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import * as z from "zod";
import { defineCollector, type Reading } from "../collector.ts";
import type { HostFiles } from "../host-files.ts";
import { readingOf } from "./measuring/rate.ts";

export interface InterfacesSample {
  readonly interfaces: ReadonlyMap<string, InterfaceFacts>;
}

interface InterfaceFacts {
  readonly hardwareAddress: string;
  /** IFF_… of netdevice(7). */
  readonly flags: number;
  /** ARPHRD_… of the kernel: what kind of link it is. */
  readonly type: number;
  readonly running: boolean;
  /** Megabits per second; 0 where nobody knows. */
  readonly speed: number;
  readonly addresses: readonly NetworkInterfaceInfo[];
}

const folder = "/sys/class/net";
const flags = { up: 0x1, broadcast: 0x2, multicast: 0x1000 };
const encapsulations = new Map([
  [1, "Ethernet"],
  [32, "InfiniBand"],
  [512, "Point-to-Point Protocol"],
  [768, "IPIP Tunnel"],
  [772, "Local Loopback"],
]);

export const interfaces = defineCollector({
  name: "interfaces",
  summary: "Addresses and states of the network interfaces.",
  everyMs: 60_000,
  config: z.strictObject({}),
  instances: ["interface"],
  leaves: { speed: { help: "Speed of the link in megabits per second, absent where nobody knows" } },
  async read(_config, { host }): Promise<InterfacesSample> {
    const addresses = new Map(Object.entries(networkInterfaces()));
    const found = new Map<string, InterfaceFacts>();
    for (const name of await host.list(folder)) {
      // Drivers put files of their own there, `bonding_masters` for one.
      if ((await host.list(`${folder}/${name}`)).length === 0) continue;
      found.set(name, { ...(await linkOf(name, host)), addresses: addresses.get(name) ?? [] });
    }
    return { interfaces: found };
  },
  measure: (sample) =>
    Object.fromEntries([...sample.interfaces].map(([name, facts]) => [name, described(name, facts)])),
});

async function linkOf(name: string, host: HostFiles): Promise<Omit<InterfaceFacts, "addresses">> {
  const line = async (file: string) => ((await host.text(`${folder}/${name}/${file}`)) ?? "").trim();
  const number = async (file: string) => Number(await line(file)) || 0;
  const state = await line("operstate");
  return {
    hardwareAddress: await line("address"),
    flags: await number("flags"),
    type: await number("type"),
    // Tunnels and loopback never tell more than `unknown`.
    running: state === "up" || state === "unknown",
    speed: knownSpeed(await number("speed")),
  };
}

/** What drivers write where nobody knows: SPEED_UNKNOWN of ethtool(8) in 16 and in 32 bits, and nothing. */
const unknownSpeeds = new Set([0xffff, 0xffff_ffff]);

function knownSpeed(speed: number): number {
  return speed > 0 && !unknownSpeeds.has(speed) ? speed : 0;
}

function described(
  name: string,
  { hardwareAddress, flags: bits, type, running, speed, addresses }: InterfaceFacts,
) {
  const first = addresses.find(({ family }) => family === "IPv4");
  const has = (flag: keyof typeof flags) => (bits & flags[flag]) !== 0;
  return readingOf({
    interface: name,
    link_encap: encapsulations.get(type) ?? "UNSPEC",
    hardware_address: hardwareAddress,
    ip_address: first?.address ?? "",
    broadcast_address: first !== undefined && has("broadcast") ? broadcastOf(first) : "",
    net_mask: first?.netmask ?? "",
    ip_addresses: addresses.map(({ address }) => address),
    up: has("up"),
    running: has("up") && running,
    multicast: has("multicast"),
    broadcast: has("broadcast"),
    speed: speed > 0 ? speed : undefined,
  }) satisfies Reading;
}

/** The last address of the network. */
function broadcastOf({ address, netmask }: NetworkInterfaceInfo): string {
  const mask = netmask.split(".").map(Number);
  const host = address.split(".").map(Number);
  return host.map((byte, place) => byte | (~(mask[place] ?? 255) & 255)).join(".");
}
