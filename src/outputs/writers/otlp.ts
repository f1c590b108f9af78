// Output `otlp`: OTLP over HTTP in JSON, as OpenTelemetry collectors and many stores take it.
import * as z from "zod";
import { otlpMetrics } from "../../formats/otlp-metrics.ts";
import { path, secret } from "../../kernel/schema.ts";
import type { HttpAnswer } from "../../transports/http-client.ts";
import {
  type Delivery,
  defineOutput,
  type Parcel,
  type Receipt,
  type Writer,
  type WriterNeeds,
} from "../output.ts";
import { authorizationFrom, credentialKeys, faultOfCredentials } from "./exchange/credentials.ts";
import { createHttpTarget, httpUrl, jsonIn } from "./exchange/http-target.ts";
import { shownReason } from "./exchange/unanswered.ts";

const keys = z.strictObject({
  url: httpUrl().describe(
    "Address of the receiver, such as `http://127.0.0.1:4318`; `/v1/metrics` is appended where it is missing.",
  ),
  headers: z
    .record(z.string().regex(/^[\w-]+$/, "expected the name of a header"), secret())
    .default({})
    .describe("Further headers, such as an API key."),
  ...credentialKeys,
  service: z.string().min(1).default("yagura").describe("The resource attribute `service.name`."),
  gzip: z.boolean().default(true).describe("Compress what is larger than 1 KiB."),
  ca: path().optional().describe("Certificates, in PEM, that are trusted in place of the system's."),
});

type OtlpConfig = z.output<typeof keys>;

export const otlp = defineOutput({
  name: "otlp",
  summary: "Sends to an OpenTelemetry collector, or what takes its protocol, over HTTP.",
  batch: 2000,
  config: keys.refine((given) => faultOfCredentials(given) === undefined, {
    error: ({ input }) => faultOfCredentials(input as OtlpConfig),
  }),
  open: openOtlp,
});

/** What the specification does not repeat, but for statuses that people can mend: 401, 403, 404 and the like. */
const refusing = [400, 409, 413, 422];

async function openOtlp(given: OtlpConfig, needs: WriterNeeds): Promise<Writer> {
  const { gzip, ca, password, token, service } = given;
  const url = new URL(given.url);
  if (!url.pathname.endsWith("/v1/metrics")) url.pathname = `${url.pathname.replace(/\/$/, "")}/v1/metrics`;
  const headers = { ...given.headers, ...authorizationFrom(given), "content-type": "application/json" };
  const secrets = [password, token, ...Object.values(given.headers)];
  const target = await createHttpTarget({ url: url.href, headers, gzip, ca, secrets }, needs);
  const version = needs.userAgent.replace(/^.*\//, "");
  return {
    reach: (signal) => target.reach(signal),
    async write(delivery, signal) {
      const parcels = delivery.parcels.map(sayable);
      const count = parcels.reduce((sum, { metrics }) => sum + metrics.length, 0);
      const unsaid = delivery.count - count;
      if (count === 0) return receiptOf(unsaid, 0, timeless);
      const answer = await target.post({ body: otlpMetrics(parcels, { service, version }) }, signal);
      if (!isTaken(answer)) throw target.rejection(answer, refusing);
      const { rejected, reason } = rejectedIn(answer, delivery);
      return receiptOf(
        unsaid,
        rejected,
        rejected > 0 ? shownReason(`${target.address}: ${reason}`, { secrets }) : timeless,
      );
    },
    async close() {
      target.close();
    },
  };
}

/** Whoever speaks the protocol answers with an object, be it empty; some with nothing. A page is somebody else's. */
function isTaken({ status, body }: HttpAnswer): boolean {
  return status >= 200 && status < 300 && (body.length === 0 || jsonIn(body.toString("utf8")) !== undefined);
}

const timeless = "times before 1970, which the protocol cannot say";

function sayable(parcel: Parcel): Parcel {
  if (parcel.metrics.every(({ timestampMs }) => timestampMs >= 0)) return parcel;
  return { ...parcel, metrics: parcel.metrics.filter(({ timestampMs }) => timestampMs >= 0) };
}

function receiptOf(unsaid: number, rejected: number, reason: string): Receipt | undefined {
  return unsaid + rejected === 0 ? undefined : { refused: { metrics: unsaid + rejected, reason } };
}

/** A success may have refused a part (OTLP 1.x, partial success); its count is a 64-bit integer, so it may be text. */
function rejectedIn({ body }: HttpAnswer, { count }: Delivery): { rejected: number; reason: string } {
  const answer = jsonIn(body.toString("utf8"));
  const partial = answer?.["partialSuccess"];
  if (typeof partial !== "object" || partial === null) return { rejected: 0, reason: "" };
  const { rejectedDataPoints = 0, errorMessage = "" } = partial as Record<string, unknown>;
  const rejected = Number(rejectedDataPoints);
  return { rejected: rejected > 0 ? Math.min(rejected, count) : 0, reason: String(errorMessage) };
}
