// What this host stands on, as its own files tell: a container, a provider's machine, a device (contract opsbro §3).
import type { HostFiles } from "../host-files.ts";

export interface HostingDriver {
  readonly name: string;
  isActive(host: HostFiles): Promise<boolean>;
}

/** What the firmware says under that name; empty where it says nothing. */
async function firmware(host: HostFiles, name: string): Promise<string> {
  return ((await host.text(`/sys/class/dmi/id/${name}`)) ?? "").trim();
}

async function isThere(host: HostFiles, path: string): Promise<boolean> {
  return (await host.facts(path)) !== undefined;
}

/** Older machines tell it through Xen, newer ones through their firmware. */
async function isEc2(host: HostFiles): Promise<boolean> {
  if (((await host.text("/sys/hypervisor/version/extra")) ?? "").trim().endsWith(".amazon")) return true;
  return (await firmware(host, "sys_vendor")) === "Amazon EC2";
}

/** Microsoft's hypervisor runs elsewhere too, but its cloud marks the case; firmware that marks none is believed. */
const azureCase = "7783-7084-3265-9085-8269-3286-77";

async function isAzure(host: HostFiles): Promise<boolean> {
  if ((await firmware(host, "board_vendor")) !== "Microsoft Corporation") return false;
  return ["", azureCase].includes(await firmware(host, "chassis_asset_tag"));
}

/** Google also makes laptops. */
async function isGoogleCloud(host: HostFiles): Promise<boolean> {
  if ((await firmware(host, "board_vendor")) !== "Google") return false;
  const product = await firmware(host, "product_name");
  return product === "" || product.startsWith("Google");
}

/** From the innermost to the outermost: container, cloud, device. */
const marked: readonly HostingDriver[] = [
  { name: "docker-container", isActive: (host) => isThere(host, "/.dockerenv") },
  { name: "ec2", isActive: isEc2 },
  { name: "azure", isActive: isAzure },
  { name: "google-cloud", isActive: isGoogleCloud },
  {
    name: "scaleway",
    isActive: async (host) =>
      (await isThere(host, "/etc/scw-release")) || (await firmware(host, "sys_vendor")) === "Scaleway",
  },
  {
    name: "alibaba",
    isActive: async (host) => (await firmware(host, "sys_vendor")).startsWith("Alibaba Cloud"),
  },
  { name: "digitalocean", isActive: async (host) => (await firmware(host, "sys_vendor")) === "DigitalOcean" },
  { name: "synology", isActive: (host) => isThere(host, "/etc/synoinfo.conf") },
];

async function activeAmong(drivers: readonly HostingDriver[], host: HostFiles): Promise<string[]> {
  const answers = await Promise.all(drivers.map(({ isActive }) => isActive(host)));
  return drivers.filter((_, place) => answers[place] === true).map(({ name }) => name);
}

/** All of them; the last one is whatever no other is. */
export const hostingDrivers: readonly HostingDriver[] = [
  ...marked,
  { name: "on-premise", isActive: async (host) => (await activeAmong(marked, host)).length === 0 },
];

/** Names of those that hold for this host, the one that counts first; never none. Constant while the host runs. */
export async function activeDrivers(host: HostFiles): Promise<readonly string[]> {
  return await activeAmong(hostingDrivers, host);
}

/** The one that counts. */
export async function activeDriver(host: HostFiles): Promise<string> {
  return (await activeDrivers(host))[0] ?? "on-premise";
}

/** Whether the host is of that kind, besides anything else. False for a name that nobody has. */
export async function isDriverActive(name: string, host: HostFiles): Promise<boolean> {
  return (await hostingDrivers.find((driver) => driver.name === name)?.isActive(host)) ?? false;
}
