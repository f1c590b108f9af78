// Output `nats`: messages into a stream of NATS JetStream, each acknowledged by the stream.
import * as z from "zod";
import { byteSize, duration, oneOrMore, path, secret } from "../../../kernel/schema.ts";
import { reachUrl } from "../../../transports/reach.ts";
import { defineOutput, type Receipt, Refused, type Writer, type WriterNeeds } from "../../output.ts";
import { shownReason, unanswered } from "../exchange/unanswered.ts";
import { JetStream } from "./jet-stream.ts";
import { createPacking } from "./packing.ts";

const keys = z.strictObject({
  servers: oneOrMore(
    z.string().regex(/^(nats:\/\/|tls:\/\/)?[^\s/@]+$/, "expected HOST:PORT or nats://HOST:PORT"),
  ).describe("Servers, such as `127.0.0.1:4222`."),
  subject: z
    .string()
    .regex(/^[^\s.*>]+(\.[^\s.*>]+)*$/, "expected words with dots between them, without * and >")
    .default("metrics.{host}")
    .describe(
      "Subject of the messages; `{host}` is the measured host's name, with `_` in place of dots and blanks.",
    ),
  format: z
    .enum(["json", "influx"])
    .default("json")
    .describe("Lines of a message, one for each metric: JSON objects, or InfluxDB's line protocol."),
  stream: z
    .strictObject({
      name: z
        .string()
        .regex(/^[^\s.*>/\\]+$/, "expected a word without .*>/\\")
        .default("METRICS")
        .describe("Name of the stream."),
      create: z
        .boolean()
        .default(true)
        .describe("Create it when it is missing; one that is there stays as it is."),
      max_age: duration().prefault("7d").describe("When created: how long messages stay."),
      max_size: byteSize().prefault("1GiB").describe("When created: how large it may become."),
      replicas: z.int().min(1).max(5).default(1).describe("When created: on how many servers it stands."),
      storage: z.enum(["file", "memory"]).default("file").describe("When created: where it is kept."),
    })
    .prefault({})
    .describe("The stream that takes the subject."),
  user: z.string().min(1).optional().describe("User."),
  password: secret().optional().describe("Password of the user."),
  token: secret().optional().describe("Token, in place of user and password."),
  creds: path().optional().describe("File with the credentials of a user, as `nsc` writes it."),
  tls: z
    .strictObject({
      ca: path().optional().describe("Certificates, in PEM, that are trusted in place of the system's."),
      certificate: path().optional().describe("Own certificate, in PEM, for servers that ask for one."),
      key: path().optional().describe("Its key, in PEM."),
    })
    .optional()
    .describe("Encryption; without it, what the server asks for."),
});

type NatsConfig = z.output<typeof keys>;

function isWithOneIdentity({ user, password, token, creds }: NatsConfig): boolean {
  const ways = [user, token, creds].filter((way) => way !== undefined).length;
  return ways <= 1 && (password === undefined || user !== undefined);
}

export const nats = defineOutput({
  name: "nats",
  summary: "Publishes to a stream of NATS JetStream.",
  batch: 2000,
  config: keys
    .refine(({ servers }) => servers.length > 0, { error: "expected at least one server", path: ["servers"] })
    .refine(isWithOneIdentity, { error: "expected one of user with password, token, and creds" }),
  open: openNats,
});

async function openNats(config: NatsConfig, needs: WriterNeeds): Promise<Writer> {
  const jetStream = await JetStream.load(config, needs);
  const pack = createPacking(config);
  const peer = { address: config.servers.join(", "), secrets: [config.password, config.token] };
  return {
    async reach(signal) {
      try {
        await Promise.any(config.servers.map((server) => reachUrl(urlOf(server), signal)));
      } catch (thrown) {
        throw unanswered(thrown, peer);
      }
    },
    async write({ parcels }, signal): Promise<Receipt | undefined> {
      try {
        const limitBytes = await jetStream.messageLimitBytes(signal);
        const { messages, refused } = pack(parcels, limitBytes);
        await jetStream.publish(messages, signal);
        if (refused === 0) return undefined;
        return { refused: { metrics: refused, reason: `larger than a message of ${limitBytes} bytes` } };
      } catch (thrown) {
        if (jetStream.isRefusal(thrown)) throw new Refused(shownReason(thrown, peer), { cause: thrown });
        throw unanswered(thrown, peer);
      }
    },
    close: () => jetStream.close(),
  };
}

/** NATS listens on port 4222 unless told otherwise. */
function urlOf(server: string): URL {
  const url = new URL(`http://${server.replace(/^[a-z]+:\/\//, "")}`);
  if (url.port === "") url.port = "4222";
  return url;
}
