// Days on which clocks change, asked of the real graphite-web and of this module over the same points.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type GraphiteWeb, startGraphiteWeb } from "../support/graphite-web/graphite-web.ts";
import { differenceOfSeries } from "./comparison.ts";
import { type OpenedQuery, openQuery } from "./open-query.ts";
import type { SampleSeries } from "./sample-series.ts";

const stepS = 300;
const daySeconds = 86_400;

interface Change {
  readonly name: string;
  readonly zone: string;
  /** Seconds since 1970 at which the clocks change. */
  readonly changeS: number;
}

const at = (text: string) => Date.parse(text) / 1000;
const changes: readonly Change[] = [
  { name: "some.one", zone: "Europe/Berlin", changeS: at("2026-03-29T01:00:00Z") },
  { name: "some.two", zone: "Europe/Berlin", changeS: at("2026-10-25T01:00:00Z") },
  { name: "some.three", zone: "America/New_York", changeS: at("2026-03-08T07:00:00Z") },
  { name: "some.four", zone: "America/New_York", changeS: at("2026-11-01T06:00:00Z") },
  { name: "some.five", zone: "Australia/Lord_Howe", changeS: at("2026-04-04T15:00:00Z") },
  { name: "some.six", zone: "Australia/Lord_Howe", changeS: at("2026-10-03T15:30:00Z") },
];

/** Where the time asked for begins, from the change on: in both passes, at the change, and hours away. */
const beginningsS = [-7 * 3600, -3600, -1800 - 20, -600, 600, 3600];

const short = [
  ...["seconds", "minutes", "hours"].flatMap((unit) => [
    `smartSummarize(<name>,"10min","sum","${unit}")`,
    `smartSummarize(<name>,"1hour","last","${unit}")`,
  ]),
  'hitcount(<name>,"10min",true)',
  'hitcount(<name>,"1hour",true)',
  'hitcount(<name>,"30s",true)',
  'hitcount(<name>,"1hour")',
  'smartSummarize(<name>,"1hour")',
  'summarize(<name>,"1hour","sum")',
  'summarize(<name>,"1hour","sum",true)',
  'timeShift(<name>,"1d")',
  'timeShift(<name>,"1h")',
  'timeStack(<name>,"1d",0,2)',
  'movingAverage(<name>,"1hour")',
];

const long = [
  ...["days", "weeks", "weeks3", "months"].map((unit) => `smartSummarize(<name>,"1day","sum","${unit}")`),
  'hitcount(<name>,"1day",true)',
];

let peer: GraphiteWeb;
const opened = new Map<Change, OpenedQuery>();

const nowOf = ({ changeS }: Change) => changeS + 2 * daySeconds;

/** A series that holds other values on each side of each change, from days before the change to days behind it. */
function samplesOf(change: Change): SampleSeries {
  const points: [number, number][] = [];
  for (let timeS = change.changeS - 3 * daySeconds; timeS <= nowOf(change); timeS += stepS) {
    points.push([timeS, (timeS / stepS) % 97]);
  }
  return { name: change.name, points };
}

beforeAll(async () => {
  for (const change of changes) {
    opened.set(
      change,
      await openQuery([samplesOf(change)], { nowS: nowOf(change), resolutions: ["5m:30d"] }),
    );
  }
  const series = changes.map((change) => ({ ...samplesOf(change), step: stepS, places: 210_240 }));
  peer = await startGraphiteWeb(series);
});

afterAll(async () => {
  for (const { stop } of opened.values()) await stop();
  await peer?.stop();
});

interface Question {
  readonly target: string;
  readonly fromS: number;
  /** Of the question to the other side, where it is not the same. */
  readonly theirZone?: string;
}

async function answers(change: Change, { target, fromS, theirZone = change.zone }: Question) {
  const named = target.replaceAll("<name>", change.name);
  const written = named.replace(/<(-?\d+)>/g, (_, apart) => String(change.changeS + Number(apart)));
  const params = new URLSearchParams({
    ...{ target: written, tz: change.zone, format: "json", noCache: "1" },
    ...{ from: String(fromS), until: String(fromS + 5 * 3600), now: String(nowOf(change)) },
  });
  const own = await opened.get(change)!.query.render(params);
  params.set("tz", theirZone);
  const theirs = await peer.ask(`/render?${params}`);
  if (theirs.status !== 200) throw new Error(theirs.text.slice(-300));
  return { own: JSON.parse(String(own.body)) as unknown, theirs: theirs.body };
}

const cases = changes.map(
  (change) => [change.zone, new Date(change.changeS * 1000).toISOString(), change] as const,
);

it.each(cases)("%s at %s, minutes and hours", async (_zone, _time, change) => {
  const found: string[] = [];
  for (const target of short) {
    for (const apart of beginningsS) {
      const { own, theirs } = await answers(change, { target, fromS: change.changeS + apart });
      const difference = differenceOfSeries(own, theirs);
      if (difference !== undefined) found.push(`${target} from ${apart}: ${difference}`);
    }
  }
  expect(found).toEqual([]);
});

/** The other side mixes the zone asked for with its server's (UTC): with that zone alone it slices at the times given. */
it.each(cases)("%s at %s, a slice", async (_zone, _time, change) => {
  const target = 'timeSlice(<name>,"<-900>","<2700>")';
  for (const apart of beginningsS) {
    const fromS = change.changeS + apart;
    const { own, theirs } = await answers(change, { target, fromS, theirZone: "UTC" });
    expect(differenceOfSeries(own, theirs)).toBeUndefined();
  }
});

/**
 * The other side takes midnight by the offset that the clocks have at `from`: where they changed in between, it is an
 * hour (or half of one) off what they showed. Here days begin at the midnight that was shown, so what is compared is a
 * time whose day has no change before it, and behind a change that ours is not theirs. Years always have one.
 */
it.each(cases)("%s at %s, days and longer", async (_zone, _time, change) => {
  const found: string[] = [];
  for (const target of long) {
    const isDay = /"days"|true\)$/.test(target);
    for (const apart of isDay ? [-3600, -600, daySeconds] : [-3600, -600]) {
      const { own, theirs } = await answers(change, { target, fromS: change.changeS + apart });
      const difference = differenceOfSeries(own, theirs);
      if (difference !== undefined) found.push(`${target} from ${apart}: ${difference}`);
    }
  }
  expect(found).toEqual([]);
  const target = 'smartSummarize(<name>,"1day","sum","days")';
  const { own, theirs } = await answers(change, { target, fromS: change.changeS + 7 * 3600 });
  expect(differenceOfSeries(own, theirs)).toBeDefined();
});
