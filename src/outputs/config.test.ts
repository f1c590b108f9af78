import { expect, it } from "vitest";
import { outputsConfig } from "./config.ts";

const good = { url: "http://127.0.0.1:8086", database: "d" };
const bad = { url: "nonsense", database: "d" };

it.each<[object, string[]]>([
  [{ influx: good }, []],
  [{ influx: [good, { ...good, name: "other" }] }, []],
  [{ influx: [good, good] }, ["influx"]],
  [{ influx: good, file: { path: "/x", name: "influx" } }, ["file"]],
  [{ influx: bad }, ["influx"]],
  [{ influx: [good, bad] }, ["influx"]],
  [{ influx: bad, nsq: good, file: { path: "/x" } }, ["influx", "nsq"]],
  [{ influx: [null, 5, { ...good, name: {} }] }, ["influx"]],
  [{ influx: 5 }, ["influx"]],
  [{ influx: null }, ["influx"]],
  [{ influx: { ...good, url: "http://127.0.0.1:8086/?p=secret" } }, ["influx"]],
  [{ otlp: { url: "http://127.0.0.1/?Token=secret" } }, ["otlp"]],
  [{ remote_write: { url: "http://127.0.0.1/?tenant=a" } }, []],
])("%j is told what is wrong with it, and nothing else", (given, places) => {
  const { error } = outputsConfig.safeParse(given);
  const found = error?.issues.map(({ path }) => String(path[0])) ?? [];
  expect([...new Set(found)]).toEqual(places);
});

it("says how to give credentials that stand in an address", () => {
  const { error } = outputsConfig.safeParse({
    influx: { ...good, url: "http://127.0.0.1:8086/?u=joe&p=secret" },
  });
  expect(error?.message).toContain("`username` and `password`");
  expect(error?.message).not.toContain("secret");
});
