// Units of measured values, and the base unit in which they are shown to systems that want one.

/** Suffix of the name in base units, and what a value is multiplied with to get there. */
interface BaseUnit {
  readonly suffix: string;
  readonly factor: number;
}

export const units = {
  count: { suffix: "", factor: 1 },
  percent: { suffix: "percent", factor: 1 },
  bytes: { suffix: "bytes", factor: 1 },
  kibibytes: { suffix: "bytes", factor: 1024 },
  mebibytes: { suffix: "bytes", factor: 1024 * 1024 },
  sectors: { suffix: "bytes", factor: 512 },
  seconds: { suffix: "seconds", factor: 1 },
  milliseconds: { suffix: "seconds", factor: 0.001 },
  celsius: { suffix: "celsius", factor: 1 },
  megahertz: { suffix: "hertz", factor: 1e6 },
  "per-second": { suffix: "per_second", factor: 1 },
  "bytes-per-second": { suffix: "bytes_per_second", factor: 1 },
  "bits-per-second": { suffix: "bits_per_second", factor: 1 },
} as const satisfies Record<string, BaseUnit>;

export type Unit = keyof typeof units;
