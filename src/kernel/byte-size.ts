// "64MiB" ↔ bytes.

const unitBytes = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;
type Unit = keyof typeof unitBytes;

/** Bytes of a text such as `512KiB`, `1MiB` or `100B`; undefined when it is none. */
export function parseByteSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB)$/.exec(text);
  if (match === null) return undefined;
  const bytes = Math.round(Number(match[1]) * unitBytes[match[2] as Unit]);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The shortest text with one unit that means exactly `bytes`. */
export function formatByteSize(bytes: number): string {
  const units: Unit[] = ["GiB", "MiB", "KiB"];
  const unit = units.find((one) => bytes > 0 && bytes % unitBytes[one] === 0) ?? "B";
  return `${bytes / unitBytes[unit]}${unit}`;
}
