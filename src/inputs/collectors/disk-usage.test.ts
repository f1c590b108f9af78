// Collector `diskusage`: which mounts count, and what happens when a server behind one of them is gone.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type FakeClock, fakeClock } from "../../../test/support/fake-clock.ts";
import { parseMounts } from "../../formats/proc/mounts.ts";
import type { Reading } from "../collector.ts";
import { createHostFiles, type FileSystemFigures, type HostFiles } from "../host-files.ts";
import { diskUsage, isLocal } from "./disk-usage.ts";

const recorded = join(import.meta.dirname, "../../formats/proc/recorded");
const localOf = (kernel: string) =>
  parseMounts(readFileSync(join(recorded, kernel, "proc/self/mounts"), "utf8"))
    .filter(isLocal)
    .map(({ mountPoint }) => mountPoint);

const figures: FileSystemFigures = {
  blockBytes: 4096,
  blocks: 1_000_000,
  freeBlocks: 400_000,
  availableBlocks: 350_000,
  inodes: 1000,
  freeInodes: 989,
};

/** A host with ext4 on each of the mounts; `statfs` answers for one of them. */
function hostWith(
  mounts: readonly string[],
  statfs: (path: string) => Promise<FileSystemFigures>,
): HostFiles {
  const lines = mounts.map(
    (mount, place) => `/dev/sd${String.fromCharCode(97 + place)} ${mount} ext4 rw 0 0\n`,
  );
  return { ...createHostFiles(), text: async () => lines.join(""), fileSystem: statfs };
}

async function readingOf(host: HostFiles, clock: FakeClock): Promise<Reading> {
  const read = diskUsage.read({}, { host, clock, signal: new AbortController().signal });
  let over = false;
  void read.then(() => {
    over = true;
  });
  while (!over) await clock.advance(100);
  return diskUsage.measure(await read, undefined) as Reading;
}

describe("local file systems", () => {
  it("of a host with everything", () => {
    expect(localOf("2.6.32")).toEqual(["/", "/boot", "/srv/a b", "/srv/a b/chroot/data"]);
  });

  it("are not those of containers and images, but ZFS", () => {
    expect(localOf("5.10")).toEqual(["/", "/tank"]);
  });

  it("are a container's root", () => {
    const overlay = { source: "overlay", type: "overlay", readOnly: false };
    expect(isLocal({ ...overlay, mountPoint: "/" })).toBe(true);
    expect(isLocal({ ...overlay, mountPoint: "/var/lib/docker/overlay2/a/merged" })).toBe(false);
  });
});

describe("diskusage", () => {
  it("tells room as df does", async () => {
    const reading = await readingOf(
      hostWith(["/"], async () => figures),
      fakeClock(),
    );
    expect(reading).toEqual({
      "/": { total: 3906, used: 2343, available: 1367, pct_used: 64, pct_inodes_used: 2 },
    });
  });

  it("tells of an empty file system that nothing is used", async () => {
    const empty = { ...figures, blocks: 0, freeBlocks: 0, availableBlocks: 0, inodes: 0, freeInodes: 0 };
    const reading = await readingOf(
      hostWith(["/"], async () => empty),
      fakeClock(),
    );
    expect(reading["/"]).toMatchObject({ total: 0, pct_used: 0, pct_inodes_used: 0 });
  });

  it("tells why a mount has no figures", async () => {
    const host = hostWith(["/", "/a"], async (path) => {
      if (path === "/a") throw new Error("EACCES: not for you");
      return figures;
    });
    const reading = await readingOf(host, fakeClock());
    expect(reading["/a"]).toEqual({ error: "EACCES: not for you" });
    expect(reading["/"]).toMatchObject({ pct_used: 64 });
  });
});

describe("a mount that hangs", () => {
  /** Paths in `dead` get no answer before they are released. */
  function deadHost(mounts: readonly string[], dead: ReadonlySet<string>) {
    const asked: string[] = [];
    const waiting = new Map<string, () => void>();
    const host = hostWith(mounts, (path) => {
      asked.push(path);
      if (!dead.has(path)) return Promise.resolve(figures);
      return new Promise((resolve) => waiting.set(path, () => resolve(figures)));
    });
    return { host, asked, waiting };
  }

  it("is told and not asked again, and the others are measured", async () => {
    const clock = fakeClock();
    const { host, asked, waiting } = deadHost(["/", "/dead", "/data"], new Set(["/dead"]));
    const first = await readingOf(host, clock);
    expect(first["/dead"]).toEqual({ hung: true });
    expect(first["/"]).toMatchObject({ pct_used: 64 });
    expect(first["/data"]).toMatchObject({ pct_used: 64 });
    expect(clock.monotonicMs()).toBeLessThan(1500);
    const beganMs = clock.monotonicMs();
    expect((await readingOf(host, clock))["/dead"]).toEqual({ hung: true });
    expect(clock.monotonicMs() - beganMs).toBeLessThan(500);
    expect(asked).toEqual(["/", "/dead", "/data", "/", "/data"]);
    waiting.get("/dead")?.();
  });

  it("is asked again once it answered", async () => {
    const clock = fakeClock();
    const dead = new Set(["/dead"]);
    const { host, asked, waiting } = deadHost(["/dead"], dead);
    await readingOf(host, clock);
    dead.clear();
    waiting.get("/dead")?.();
    await clock.advance(0);
    expect((await readingOf(host, clock))["/dead"]).toMatchObject({ pct_used: 64 });
    expect(asked).toEqual(["/dead", "/dead"]);
  });

  it("beside a second one makes the asking stop, until one of them answers", async () => {
    const clock = fakeClock();
    const dead = new Set(["/a", "/b", "/c"]);
    const { host, asked, waiting } = deadHost(["/", "/a", "/b", "/c", "/d"], dead);
    const first = await readingOf(host, clock);
    expect(first).toMatchObject({
      "/a": { hung: true },
      "/b": { hung: true },
      "/c": { held: true },
      "/d": { held: true },
    });
    expect(first["/"]).toMatchObject({ pct_used: 64 });
    await readingOf(host, clock);
    expect(asked, "two threads are lost, no more").toEqual(["/", "/a", "/b"]);
    dead.delete("/a");
    waiting.get("/a")?.();
    await clock.advance(0);
    const later = await readingOf(host, clock);
    expect(later).toMatchObject({
      "/a": { pct_used: 64 },
      "/b": { hung: true },
      "/c": { hung: true },
      "/d": { held: true },
    });
    for (const release of waiting.values()) release();
  });
});
