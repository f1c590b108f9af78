// GET /docker/stats: what containers and images use (contract opsbro §11.3).
import * as z from "zod";

const figures = z.record(
  z.string(),
  z.object({
    type: z.enum(["gauge", "rate"]),
    key: z.string().describe("Scope and name, such as `memory.rss`."),
    value: z
      .number()
      .nullable()
      .describe("Bytes, events a second, processors kept busy. Null: a rate with one sample so far."),
    scope: z.string(),
  }),
);

export const dockerStatsAnswer = z.object({
  connected: z.boolean().describe("False: no engine answers on this host."),
  containers: z.record(z.string(), figures).describe("By id; only those that run."),
  images: z.record(z.string(), figures).describe("By name: the sums over the containers of an image."),
  names: z
    .record(z.string(), z.object({ name: z.string(), image: z.string() }))
    .describe("Of the containers above, by id."),
  left_out: z.int().describe("Containers that run and are not measured, or not yet."),
});

export type DockerStatsAnswer = z.output<typeof dockerStatsAnswer>;
