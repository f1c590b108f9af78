// Output `collectd`: packets of collectd's network protocol to a collectd, or to whatever listens as one does.
import * as z from "zod";
import { collectdKey, type PacketSecurity } from "../../../formats/collectd-packet/collectd-security.ts";
import { encodeCollectdPackets } from "../../../formats/collectd-packet/encode-collectd-packets.ts";
import { duration, path, secret } from "../../../kernel/schema.ts";
import { SeriesClaims } from "../../../metric/series-claims.ts";
import { defineOutput, type Receipt, type Writer, type WriterNeeds } from "../../output.ts";
import { unanswered } from "../exchange/unanswered.ts";
import { createPacketSender } from "./packet-sender.ts";
import { parseServerAddress } from "./server-address.ts";
import { readTypes } from "./types-files.ts";
import { valueListsOf } from "./value-lists.ts";

const expectedServer = "expected HOST:PORT, the port from 1 to 65535";

const keys = z.strictObject({
  server: z
    .string()
    .regex(/^(\[[\da-fA-F:.]+\]|[^\s/@:[\]]+)(:\d{1,5})?$/, { error: expectedServer, abort: true })
    .refine((text) => parseServerAddress(text) !== undefined, { error: expectedServer })
    .describe("Where a collectd listens, such as `127.0.0.1:25826`; that port when none is named."),
  security: z
    .enum(["none", "sign", "encrypt"])
    .default("none")
    .describe("How packets leave: plain, signed or encrypted; collectd's SecurityLevel."),
  username: z
    .string()
    .min(1)
    .refine((name) => Buffer.byteLength(name) <= 64, "expected at most 64 bytes")
    .optional()
    .describe("Who signs or encrypts, as in the receiver's AuthFile."),
  password: secret().optional().describe("That of the user."),
  max_packet: z
    .int()
    .min(1024)
    .max(65_507)
    .default(1452)
    .describe("Bytes of a packet at most; not more than the receiver's MaxPacketSize."),
  interval: duration()
    .prefault("10s")
    .refine((ms) => ms > 0, { error: "expected a duration above zero" })
    .describe(
      "What the packets say of the time between two values: collectd misses values after two of them.",
    ),
  types_db: z
    .array(path())
    .optional()
    .describe(
      "Files with the types that the receiver knows, for metrics that came from a collectd; collectd's own types.db, where it is installed, when absent.",
    ),
});

type CollectdConfig = z.output<typeof keys>;

const config = keys.refine(
  ({ security, username, password }) =>
    security === "none" || (username !== undefined && password !== undefined),
  { error: "packets cannot be secured without a username and a password", path: ["username"] },
);

export const collectd = defineOutput({
  name: "collectd",
  summary: "Sends to collectd's network plugin over UDP, plain, signed or encrypted.",
  batch: 2000,
  config,
  open: openCollectd,
});

function securityOf({ security: level, username = "", password = "" }: CollectdConfig): PacketSecurity {
  return level === "none" ? { level } : { level, username, key: collectdKey(password) };
}

/** Identifiers of which it is known whose they are. */
const remembered = 20_000;

/** UDP has no answer: what the kernel took is delivered, unless the peer's host says that nobody listens. */
async function openCollectd(given: CollectdConfig, { clock }: WriterNeeds): Promise<Writer> {
  const { server, max_packet: maxBytes, interval: intervalMs } = given;
  const address = parseServerAddress(server);
  if (address === undefined) throw new Error(expectedServer);
  const types = await readTypes(given.types_db);
  const sender = createPacketSender(address, { clock });
  const security = securityOf(given);
  const claims = new SeriesClaims(remembered);
  return {
    async write(delivery, signal) {
      const { lists, timeless, doubles } = valueListsOf(delivery, { types, intervalMs, claims });
      const { packets, omitted } = encodeCollectdPackets(lists, { maxBytes, security });
      try {
        await sender.send(packets, signal);
      } catch (thrown) {
        throw unanswered(thrown, { address: server });
      }
      return receiptOf(timeless + omitted, doubles);
    },
    async close() {
      sender.close();
    },
  };
}

function receiptOf(unsayable: number, doubles: number): Receipt | undefined {
  const reasons = [
    ...(unsayable > 0
      ? ["a time that the protocol cannot say, or more values than a packet has room for"]
      : []),
    ...(doubles > 0 ? ["of another name or other tags that are the same there"] : []),
  ];
  if (reasons.length === 0) return undefined;
  return { refused: { metrics: unsayable + doubles, reason: reasons.join("; ") } };
}
