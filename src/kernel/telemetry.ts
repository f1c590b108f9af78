// The agent's own numbers, in one vocabulary. Reading them costs; writing them is an addition.

export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  add(amount: number): void;
  readonly value: number;
}

export interface TelemetrySample {
  readonly name: string;
  readonly kind: "counter" | "gauge";
  readonly help: string;
  readonly labels: Labels;
  readonly value: number;
}

export interface Telemetry {
  /** The same counter for the same name and labels. Names end in `_total`. */
  counter(name: string, help: string, labels?: Labels): Counter;
  /** A number that is read when somebody looks. The newest reader of a name and its labels wins. */
  gauge(name: string, help: string, read: () => number, labels?: Labels): void;
  samples(): TelemetrySample[];
}

interface Series {
  readonly kind: TelemetrySample["kind"];
  readonly name: string;
  readonly help: string;
  readonly labels: Labels;
  read(): number;
  readonly counter?: Counter;
}

export function createTelemetry(): Telemetry {
  const series = new Map<string, Series>();
  return {
    counter(name, help, labels = {}) {
      const key = JSON.stringify([name, labels]);
      const known = series.get(key)?.counter;
      if (known !== undefined) return known;
      const counter = createCounter();
      series.set(key, { kind: "counter", name, help, labels, read: () => counter.value, counter });
      return counter;
    },
    gauge(name, help, read, labels = {}) {
      series.set(JSON.stringify([name, labels]), { kind: "gauge", name, help, labels, read });
    },
    samples: () =>
      [...series.values()].map(({ kind, name, help, labels, read }) => ({
        kind,
        name,
        help,
        labels,
        value: read(),
      })),
  };
}

function createCounter(): Counter {
  let value = 0;
  return {
    add(amount) {
      value += amount;
    },
    get value() {
      return value;
    },
  };
}
