// POST /write and /api/v2/write: InfluxDB's line protocol, so that whatever writes there can write here.
import { AgentError } from "../../kernel/errors.ts";
import { refusedCount, refusedText } from "../../metric/refused.ts";
import { type Answer, defineRoute, type RouteRequest } from "../route.ts";

export interface InfluxWriteNeeds {
  readonly push: {
    /** Resolves when what was right, but for what is refused, is kept for good. */
    influx(
      text: string,
      precision: string,
    ): Promise<{
      readonly kept: number;
      readonly fault: string | undefined;
      readonly refused: ReadonlyMap<string, number>;
    }>;
  };
}

const precisions = ["ns", "n", "us", "u", "ms", "s", "m", "h"];
const answers = {
  204: { description: "All of it is kept." },
  400: {
    description:
      "A partial write: a line cannot be understood, or a value is of a time or a series that nobody can keep. The message says which and how many; the others are kept.",
  },
  503: { description: "It cannot be kept at the moment." },
};
const precision = "Unit of the timestamps: ns, us, ms, s, m or h; ns when absent.";

export const influxWrite = defineRoute({
  method: "POST",
  path: "/write",
  summary: "Takes InfluxDB's line protocol as version 1 does.",
  role: "push",
  takes: "bytes",
  queries: { db: "Taken and not looked at.", precision },
  answers,
  refuse: ({ http, message }) => told(http, { error: message }),
  handle: (body: Buffer, needs: InfluxWriteNeeds, request) =>
    write(body, needs, request, (reason) => ({ error: `partial write: ${reason}` })),
});

export const influxWrite2 = defineRoute({
  method: "POST",
  path: "/api/v2/write",
  summary: "Takes InfluxDB's line protocol as version 2 does.",
  role: "push",
  takes: "bytes",
  queries: { org: "Taken and not looked at.", bucket: "Taken and not looked at.", precision },
  answers,
  refuse: ({ http, message }) =>
    told(http, { code: http === 403 ? "forbidden" : http === 503 ? "unavailable" : "invalid", message }),
  handle: (body: Buffer, needs: InfluxWriteNeeds, request) =>
    write(body, needs, request, (message) => ({ code: "invalid", message: `partial write: ${message}` })),
});

async function write(
  body: Buffer,
  { push }: InfluxWriteNeeds,
  { query }: RouteRequest,
  wording: (reason: string) => unknown,
): Promise<Answer> {
  const given = query.get("precision") ?? "";
  if (given !== "" && !precisions.includes(given))
    throw new AgentError("body.invalid", { reason: `precision: expected one of ${precisions.join(", ")}` });
  const { fault, refused } = await push.influx(body.toString(), given === "" ? "ns" : given);
  const reasons = [
    ...(fault === undefined ? [] : [fault]),
    // Clients of InfluxDB know these words, and do not send it again.
    ...(refused.size === 0 ? [] : [`${refusedText(refused)} dropped=${refusedCount(refused)}`]),
  ];
  return reasons.length === 0 ? { status: 204, text: "" } : told(400, wording(reasons.join("; ")));
}

/** Clients look for the reason in a header, too. */
function told(status: number, json: unknown): Answer {
  const { error, message = error } = json as { error?: string; message?: string };
  const plain = (message ?? "").replace(/[^\x20-\x7e]/g, "?").slice(0, 500);
  return { status, json, headers: { "x-influxdb-error": plain } };
}
