// Output `graphite`: carbon's plaintext protocol over TCP.
import * as z from "zod";
import { createGraphiteLine } from "../../formats/graphite-line.ts";
import { reach } from "../../transports/reach.ts";
import { createTcpSender } from "../../transports/tcp-sender.ts";
import { defineOutput, type Writer } from "../output.ts";
import { deliveryText, otherSeries } from "./exchange/delivery-text.ts";
import { unanswered } from "./exchange/unanswered.ts";

const config = z.strictObject({
  server: z
    .string()
    .regex(/^(\[[\da-fA-F:.]+\]|[^\s/@:[\]]+):\d{1,5}$/, "expected HOST:PORT")
    .describe("Carbon's plaintext listener, such as `127.0.0.1:2003`."),
  prefix: z
    .string()
    .regex(/^[^\s;]*$/, "expected no blanks and no semicolons")
    .default("")
    .describe("Stands before every name, dots and all; `{host}` is the measured host's name."),
  tags: z
    .enum(["graphite", "dotted", "none"])
    .default("graphite")
    .describe(
      "Tags as Graphite's tags (`name;tag=value`), as further parts of the name (`name.tag.value`), or left out.",
    ),
  host: z
    .enum(["tag", "prefix", "none"])
    .default("tag")
    .describe("The measured host as one more tag, as the part before the name, or left out."),
  confirm: z
    .enum(["close", "sent"])
    .default("close")
    .describe(
      "Metrics are delivered when the server read to the end and closed the connection; or, for relays that never close, when they are sent.",
    ),
});

type GraphiteConfig = z.output<typeof config>;

export const graphite = defineOutput({
  name: "graphite",
  summary: "Sends to Graphite's carbon, or anything that takes its plaintext protocol.",
  batch: 5000,
  config,
  open: openGraphite,
});

/** The protocol has no answer, so every delivery has a connection of its own: its end is the answer. */
function openGraphite({ server, confirm, ...form }: GraphiteConfig): Writer {
  const { hostname, port } = new URL(`tcp://${server}`);
  const host = hostname.replace(/^\[|\]$/g, "");
  const line = createGraphiteLine(form);
  const sender = createTcpSender({ host, port: Number(port), confirm });
  return {
    async reach(signal) {
      try {
        await reach({ host, port: Number(port) }, signal);
      } catch (thrown) {
        throw unanswered(thrown, { address: server });
      }
    },
    async write(delivery, signal) {
      const { text, refused } = deliveryText(delivery, line);
      if (text === "") return otherSeries(refused);
      try {
        await sender.send(text, signal);
      } catch (thrown) {
        throw unanswered(thrown, { address: server });
      }
      return otherSeries(refused);
    },
    async close() {
      sender.close();
    },
  };
}
