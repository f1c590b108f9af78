// Output `influx`: InfluxDB 1.x and 2.x, or anything that takes their line protocol over HTTP.
import * as z from "zod";
import { createInfluxLine } from "../../formats/influx-line.ts";
import { path, secret } from "../../kernel/schema.ts";
import type { HttpAnswer } from "../../transports/http-client.ts";
import { type Delivery, defineOutput, type Receipt, type Writer, type WriterNeeds } from "../output.ts";
import { authorizationFrom } from "./exchange/credentials.ts";
import { deliveryText } from "./exchange/delivery-text.ts";
import { createHttpTarget, type HttpTarget, httpUrl, saidIn } from "./exchange/http-target.ts";
import { unanswered } from "./exchange/unanswered.ts";

const keys = z.strictObject({
  url: httpUrl().describe("Address of the server, such as `http://127.0.0.1:8086`."),
  version: z
    .union([z.literal(1), z.literal(2)])
    .optional()
    .describe("Version of the API: 1 where `database` is given, 2 where `bucket` is."),
  database: z.string().min(1).optional().describe("1.x: the database."),
  retention_policy: z
    .string()
    .min(1)
    .optional()
    .describe("1.x: the retention policy; the database's default when absent."),
  username: z.string().min(1).optional().describe("1.x: user."),
  password: secret().optional().describe("1.x: password of the user."),
  create_database: z.boolean().default(true).describe("1.x: create the database when it is missing."),
  org: z.string().min(1).optional().describe("2.x: the organisation."),
  bucket: z.string().min(1).optional().describe("2.x: the bucket."),
  token: secret().optional().describe("2.x: a token that may write to the bucket."),
  field: z
    .string()
    .regex(/^[A-Za-z_][\w.-]*$/, "expected letters, digits and _.-")
    .default("value")
    .describe("Name of the one field of every point."),
  gzip: z.boolean().default(true).describe("Compress what is larger than 1 KiB."),
  ca: path().optional().describe("Certificates, in PEM, that are trusted in place of the system's."),
});

type InfluxConfig = z.output<typeof keys>;

const config = keys.refine((given) => faultOf(given) === undefined, {
  error: ({ input }) => faultOf(input as InfluxConfig),
});

/** What does not go together in these keys. */
function faultOf(given: InfluxConfig): string | undefined {
  const { version, database, bucket, org, token, username, password, retention_policy } = given;
  if ((database === undefined) === (bucket === undefined))
    return "expected either a database (1.x) or a bucket (2.x)";
  if (database !== undefined) {
    if (version === 2) return "version 2 has a bucket, no database";
    return org === undefined && token === undefined ? undefined : "org and token belong to a bucket";
  }
  if (version === 1) return "version 1 has a database, no bucket";
  if (org === undefined || token === undefined) return "a bucket needs org and token";
  return (username ?? password ?? retention_policy) === undefined
    ? undefined
    : "username, password and retention_policy belong to a database";
}

export const influx = defineOutput({
  name: "influx",
  summary: "Writes to InfluxDB 1.x or 2.x.",
  batch: 2000,
  config,
  open: openInflux,
});

async function openInflux(given: InfluxConfig, needs: WriterNeeds): Promise<Writer> {
  const { url, gzip, ca, username, password, token } = given;
  const headers =
    token === undefined ? authorizationFrom({ username, password }) : { authorization: `Token ${token}` };
  const target = await createHttpTarget({ url, headers, gzip, ca, secrets: [password, token] }, needs);
  const line = createInfluxLine(given.field);
  const where = placeOf(given);
  return {
    reach: (signal) => target.reach(signal),
    async write(delivery, signal) {
      const { text: body } = deliveryText(delivery, line);
      if (body === "") return undefined;
      const post = { ...where, headers: { "content-type": "text/plain; charset=utf-8" }, body };
      const answer = await target.post(post, signal);
      if (!isWithoutDatabase(answer) || given.database === undefined || !given.create_database)
        return receiptOf(answer, delivery, target);
      await createDatabase(given.database, target, signal);
      needs.log.info("database created", { database: given.database });
      return receiptOf(await target.post(post, signal), delivery, target);
    },
    async close() {
      target.close();
    },
  };
}

function placeOf({ database, retention_policy, org, bucket }: InfluxConfig) {
  return database === undefined
    ? { path: "/api/v2/write", query: { org, bucket, precision: "ms" } }
    : { path: "/write", query: { db: database, rp: retention_policy, precision: "ms" } };
}

function isWithoutDatabase(answer: HttpAnswer): boolean {
  return answer.status === 404 && saidIn(answer).startsWith("database not found");
}

async function createDatabase(database: string, target: HttpTarget, signal: AbortSignal): Promise<void> {
  const name = database.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n");
  const answer = await target.post(
    {
      path: "/query",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ q: `CREATE DATABASE "${name}"` }).toString(),
    },
    signal,
  );
  // A statement that fails is a success with an error in it.
  if (answer.status !== 200) throw target.rejection(answer, []);
  if (answer.body.includes('"error"'))
    throw unanswered(`cannot create the database: ${answer.body.toString("utf8")}`, {
      address: target.address,
    });
}

/**
 * Only 204 is success. A refusal that tells how many points were dropped is a success for the others, which are stored
 * by then; where it does not tell, they are found by halving: the good ones are written once more onto themselves.
 */
function receiptOf(answer: HttpAnswer, delivery: Delivery, target: HttpTarget): Receipt | undefined {
  if (answer.status === 204) return undefined;
  const said = saidIn(answer);
  const dropped = answer.status === 400 || answer.status === 422 ? droppedIn(said) : 0;
  if (dropped === 0) throw target.rejection(answer, [400, 413, 422]);
  const reason = target.rejection(answer, [answer.status]).message;
  return { refused: { metrics: Math.min(dropped, delivery.count), reason } };
}

/** Points that were dropped while the others were stored; 0 where the text does not tell. */
function droppedIn(said: string): number {
  if (!said.includes("partial write: ")) return 0;
  const counted = Number(/ dropped=(\d{1,9})$/.exec(said.trimEnd())?.[1] ?? 0);
  return counted > 0 ? counted : said.split(/(?:^|\n|partial write: )unable to parse '/).length - 1;
}
