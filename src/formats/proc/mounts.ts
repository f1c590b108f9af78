// /proc/self/mounts (fstab(5)): what is mounted where, blanks in names written as octal numbers.

export interface Mount {
  readonly source: string;
  readonly mountPoint: string;
  readonly type: string;
  readonly readOnly: boolean;
}

const octal = /\\([0-7]{3})/g;

export function parseMounts(text: string): readonly Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split("\n")) {
    // A single blank ends each: the source may be the empty text.
    const [source, mountPoint, type, options] = line.split(" ");
    if (source === undefined || mountPoint === undefined || type === undefined || options === undefined)
      continue;
    const [access] = options.split(",", 1);
    mounts.push({ source: plain(source), mountPoint: plain(mountPoint), type, readOnly: access === "ro" });
  }
  return mounts;
}

function plain(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(octal, (_whole, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
}

/** A device that is mounted in several places counts once, at its shortest mount point; the order is kept. */
export function withoutBindMounts(mounts: readonly Mount[]): readonly Mount[] {
  const shortest = new Map<string, Mount>();
  for (const mount of mounts) {
    const key = mount.source.startsWith("/dev/") ? mount.source : mount.mountPoint;
    const known = shortest.get(key);
    if (known === undefined || mount.mountPoint.length < known.mountPoint.length) shortest.set(key, mount);
  }
  return [...shortest.values()];
}
