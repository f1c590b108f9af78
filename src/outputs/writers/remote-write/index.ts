// Output `remote_write`: Prometheus' remote write 0.1.0, as Prometheus, Mimir, Thanos and VictoriaMetrics take it.
import * as z from "zod";
import { encodeWriteRequest } from "../../../formats/remote-write.ts";
import { createRemoteSeries } from "../../../formats/remote-write-series.ts";
import { path, secret } from "../../../kernel/schema.ts";
import { seriesKey } from "../../../metric/series.ts";
import type { HttpAnswer } from "../../../transports/http-client.ts";
import { defineOutput, type Parcel, type Receipt, type Writer, type WriterNeeds } from "../../output.ts";
import { authorizationFrom, credentialKeys, faultOfCredentials } from "../exchange/credentials.ts";
import { createHttpTarget, httpUrl } from "../exchange/http-target.ts";

const keys = z.strictObject({
  url: httpUrl().describe("Address that takes remote writes, such as `http://127.0.0.1:9090/api/v1/write`."),
  headers: z
    .record(z.string().regex(/^[\w-]+$/, "expected the name of a header"), secret())
    .default({})
    .describe("Further headers, such as `X-Scope-OrgID`."),
  ...credentialKeys,
  labels: z
    .record(z.string().regex(/^[a-zA-Z_]\w*$/, "expected the name of a label"), z.string().min(1))
    .default({})
    .describe("Labels of every series that has not its own of that name, such as `job`."),
  ca: path().optional().describe("Certificates, in PEM, that are trusted in place of the system's."),
});

type RemoteWriteConfig = z.output<typeof keys>;

export const remoteWrite = defineOutput({
  name: "remote_write",
  summary: "Writes to Prometheus and to what takes its remote write protocol.",
  batch: 2000,
  config: keys.refine((given) => faultOfCredentials(given) === undefined, {
    error: ({ input }) => faultOfCredentials(input as RemoteWriteConfig),
  }),
  open: openRemoteWrite,
});

/** Statuses that the same request will always have; with others, people or time can help. */
const refusing = [400, 409, 413, 422];

/** Receivers answer with nothing or a word. A page is somebody else's, such as a portal's on the way. */
function isTaken({ status, headers }: HttpAnswer): boolean {
  return status >= 200 && status < 300 && !/^text\/html\b/.test(headers["content-type"] ?? "");
}

/** Metrics of several names that have one name there, and one time: of those only one is kept. */
function receiptOf(parcels: readonly Parcel[], samples: number): Receipt | undefined {
  if (samples >= parcels.reduce((sum, { metrics }) => sum + metrics.length, 0)) return undefined;
  const different = new Set<string>();
  for (const { host, metrics } of parcels)
    for (const metric of metrics) different.add(`${host}\n${metric.timestampMs}\n${seriesKey(metric)}`);
  const doubles = different.size - samples;
  if (doubles <= 0) return undefined;
  return {
    refused: { metrics: doubles, reason: "of another name that is the same there, at the same time" },
  };
}

async function openRemoteWrite(given: RemoteWriteConfig, needs: WriterNeeds): Promise<Writer> {
  const { url, ca, password, token } = given;
  const headers = {
    ...given.headers,
    ...authorizationFrom(given),
    "content-type": "application/x-protobuf",
    "content-encoding": "snappy",
    "x-prometheus-remote-write-version": "0.1.0",
  };
  const secrets = [password, token, ...Object.values(given.headers)];
  const target = await createHttpTarget({ url, headers, gzip: false, ca, secrets }, needs);
  const { compress } = await import("snappyjs");
  const seriesOf = createRemoteSeries(given.labels);
  return {
    reach: (signal) => target.reach(signal),
    async write({ parcels, count }, signal) {
      if (count === 0) return undefined;
      const series = seriesOf(parcels);
      const answer = await target.post({ body: compress(encodeWriteRequest(series)) }, signal);
      const samples = series.reduce((sum, one) => sum + one.samples.length, 0);
      if (isTaken(answer)) return samples === count ? undefined : receiptOf(parcels, samples);
      throw target.rejection(answer, refusing);
    },
    async close() {
      target.close();
    },
  };
}
