// Which devices are disks, by what the kernel says of them and, where it says nothing, by their names.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { directoryOfTest } from "../../../../test/support/temporary.ts";
import type { DiskCounters } from "../../../formats/proc/diskstats.ts";
import { parseDiskstats } from "../../../formats/proc/diskstats.ts";
import { createHostFiles } from "../../host-files.ts";
import { wholeDisks } from "./whole-disks.ts";

const line = (name: string, count = 7) => `8 0 ${name} ${Array(11).fill(count).join(" ")}`;

/** `listed`: what stands in /sys/block; names of those that are put together of others are led by a plus sign. */
async function disksOf(text: string, listed: readonly string[]): Promise<ReadonlyMap<string, DiskCounters>> {
  const root = directoryOfTest();
  for (const entry of listed) {
    const name = entry.replace("+", "");
    mkdirSync(join(root, "sys/block", name, "slaves", ...(entry === name ? [] : ["sda"])), {
      recursive: true,
    });
  }
  return wholeDisks(parseDiskstats(text), createHostFiles(root));
}

it.each(["sda", "vda", "xvda", "hda", "dasda", "nvme0n1", "nvme12n3", "mmcblk0"])(
  "%s is one, where nobody says",
  async (name) => expect([...(await disksOf(line(name), [])).keys()]).toEqual([name]),
);

it.each([
  "sda1",
  "nvme0n1p2",
  "nvme0c0n1",
  "mmcblk0p1",
  "mmcblk0boot0",
  "dm-0",
  "md127",
  "loop0",
  "ram0",
  "sr0",
])("%s is none, where nobody says", async (name) =>
  expect([...(await disksOf(line(name), [])).keys()]).toEqual([]),
);

it.each([
  "sda",
  "cciss/c0d0",
  "ida/c0d0",
  "rd/c0d0",
  "i2o/hda",
  "rbd0",
  "nbd0",
  "pmem0",
  "skd0",
  "rsxx0",
  "ublkb0",
  "xvdf1",
  "nvme2n1",
])("%s is one, where the kernel says so", async (name) => {
  const listed = [name.replaceAll("/", "!"), "sdz"];
  expect([...(await disksOf(`${line(name)}\n${line(`${name}p1`)}`, listed)).keys()]).toEqual([name]);
});

it.each([
  "+dm-0",
  "+md0",
  "+drbd0",
  "+bcache0",
  "loop0",
  "ram0",
  "zram0",
  "sr0",
  "fd0",
  "mmcblk0boot0",
  "mmcblk0rpmb",
])("%s is none, though the kernel lists it", async (entry) => {
  const disks = await disksOf(`${line(entry.replace("+", ""))}\n${line("sda")}`, [entry, "sda"]);
  expect([...disks.keys()]).toEqual(["sda"]);
});

it("a disk that counts nothing itself has what its ways count", async () => {
  const listed = ["nvme0n1", "nvme1n1", "nvme0c0n1", "nvme0c1n1"];
  const text = [line("nvme0c0n1", 5), line("nvme0c1n1", 3), line("nvme0n1", 0), line("nvme1n1", 9)].join(
    "\n",
  );
  const disks = await disksOf(text, listed);
  expect([...disks].map(([name, { reads }]) => [name, reads])).toEqual([
    ["nvme0n1", 8],
    ["nvme1n1", 9],
  ]);
});

it("a disk that counts itself has no more than that", async () => {
  const text = [line("nvme0c0n1", 5), line("nvme0n1", 6)].join("\n");
  expect((await disksOf(text, ["nvme0n1", "nvme0c0n1"])).get("nvme0n1")?.reads).toBe(6);
});
