// Collector `blockdevice`: makers, models and sizes of the disks (contract opsbro §4.2).
import * as z from "zod";
import { defineCollector, type Reading } from "../collector.ts";
import type { HostFiles } from "../host-files.ts";

interface BlockDevice {
  readonly name: string;
  readonly vendor: string;
  readonly model: string;
  /** Sectors of 512 bytes, as the kernel writes it. */
  readonly size: string;
}

const madeUp = /^(dm-|ram|loop)/;

export const blockDevice = defineCollector({
  name: "blockdevice",
  summary: "Makers, models and sizes of the disks.",
  everyMs: 600_000,
  config: z.strictObject({}),
  instances: ["device"],
  leaves: {},
  async read(_config, { host }): Promise<{ devices: BlockDevice[] }> {
    const devices: BlockDevice[] = [];
    for (const name of await host.list("/sys/block")) {
      if (madeUp.test(name)) continue;
      const device = await deviceOf(name, host);
      if (Number(device.size) > 0) devices.push(device);
    }
    return { devices };
  },
  measure: ({ devices }): Reading =>
    Object.fromEntries(devices.map(({ name, vendor, model, size }) => [name, { vendor, model, size }])),
});

async function deviceOf(name: string, host: HostFiles): Promise<BlockDevice> {
  const line = async (file: string) => ((await host.text(`/sys/block/${name}/${file}`)) ?? "").trim();
  return {
    name,
    vendor: await line("device/vendor"),
    // SD cards have a name where others have a model.
    model: (await line("device/model")) || (await line("device/name")),
    size: await line("size"),
  };
}
