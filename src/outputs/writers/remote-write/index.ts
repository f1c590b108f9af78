// Output `remote_write`: Prometheus' remote write 0.1.0, as Prometheus, Mimir, Thanos and VictoriaMetrics take it.
import * as z from "zod";
import { encodeWriteRequest } from "../../../formats/remote-write.ts";
import { createRemoteSeries } from "../../../formats/remote-write-series.ts";
import { path, secret } from "../../../kernel/schema.ts";
import type { HttpAnswer } from "../../../transports/http-client.ts";
import { defineOutput, type Writer, type WriterNeeds } from "../../output.ts";
import { authorizationFrom, credentialKeys, faultOfCredentials } from "../exchange/credentials.ts";
import { otherSeries } from "../exchange/delivery-text.ts";
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
  names: z
    .enum(["escaped", "utf8"])
    .default("escaped")
    .describe(
      "Names of metrics and labels: in the characters that every Prometheus takes, or each letter as it is, for Prometheus 3.0 and later.",
    ),
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
  const seriesOf = createRemoteSeries({ names: given.names, external: given.labels });
  return {
    reach: (signal) => target.reach(signal),
    async write({ parcels, count }, signal) {
      if (count === 0) return undefined;
      const { series, refused } = seriesOf(parcels);
      const receipt = otherSeries(refused);
      if (series.length === 0) return receipt;
      const answer = await target.post({ body: compress(encodeWriteRequest(series)) }, signal);
      if (isTaken(answer)) return receipt;
      throw target.rejection(answer, refusing);
    },
    async close() {
      target.close();
    },
  };
}
