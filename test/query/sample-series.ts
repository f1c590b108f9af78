// Series with the shapes that real ones have, for both sides of a comparison.

export interface SampleSeries {
  readonly name: string;
  /** Seconds since 1970, and a value. */
  readonly points: readonly (readonly [number, number])[];
}

/** Seconds between points. */
export const sampleStep = 10;
const spanS = 9000;

/** The same numbers each time: a linear congruential generator. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

type Shape = (place: number, random: () => number) => number | undefined;

const wave =
  (height: number, width: number): Shape =>
  (place, random) =>
    Math.round((height * (1.5 + Math.sin(place / width)) + random() * height * 0.1) * 1000) / 1000;

const counter =
  (slope: number, resetEvery: number): Shape =>
  (place) =>
    (place % resetEvery) * slope + Math.floor((place % resetEvery) / 7);

const shapes: Readonly<Record<string, Shape>> = {
  "servers.web1.cpu.user": wave(20, 40),
  "servers.web2.cpu.user": wave(30, 55),
  "servers.web10.cpu.user": wave(10, 25),
  "servers.web1.cpu.system": wave(5, 70),
  "servers.web2.cpu.system": (place, random) => (place % 50 < 8 ? undefined : 4 + random()),
  "servers.web1.disk.used": (place) => 5_000_000_000 + place * 4096,
  "servers.web2.disk.used": (place) => (place < 300 ? undefined : 7_500_000_000 - place * 1024),
  "servers.web1.disk.total": () => 20_000_000_000,
  "servers.web2.disk.total": () => 40_000_000_000,
  "net.eth0.rx": counter(1500, 1000),
  "net.eth0.tx": counter(900, 333),
  "net.lo": (_, random) => (random() < 0.3 ? undefined : Math.round(random() * 100)),
  "weather.celsius": (place, random) => Math.round((Math.sin(place / 100) * 12 - 3 + random()) * 10) / 10,
  "jobs.queue-length": (place) => (place % 20 < 12 ? 0 : place % 7),
  "sparse.one": (place) => (place === 450 ? 42 : undefined),
  flat: () => 1,
  "disk.used;host=alpha;mount=root": wave(40, 90),
  "disk.used;host=alpha;mount=var": wave(55, 65),
  "disk.used;host=beta.example;mount=root": wave(35, 30),
  "disk.free;host=alpha;mount=root": wave(25, 20),
};

/** Points up to the place that holds `nowS`, over two and a half hours. */
export function sampleSeries(nowS: number): SampleSeries[] {
  const last = Math.floor(nowS / sampleStep) * sampleStep;
  const first = last - spanS;
  return Object.entries(shapes).map(([name, shape], seed) => {
    const random = noise(seed + 1);
    const points: [number, number][] = [];
    for (let timeS = first; timeS <= last; timeS += sampleStep) {
      const value = shape((timeS - first) / sampleStep, random);
      if (value !== undefined) points.push([timeS, value]);
    }
    return { name, points };
  });
}
