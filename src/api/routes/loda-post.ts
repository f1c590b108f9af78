// POST /post: metrics of scripts, as a loda agent takes them (contract loda §3.1).
import { refusedText } from "../../metric/refused.ts";
import { defineRoute } from "../route.ts";

export interface LodaPostNeeds {
  readonly push: {
    /** Resolves when all but what is refused is kept for good. */
    loda(
      bytes: Buffer,
      namespace: string,
    ): Promise<
      | { readonly kept: number; readonly refused: ReadonlyMap<string, number> }
      | { readonly fault: "json" | "name"; readonly reason: string }
    >;
  };
}

/** The topic `collect.NAMESPACE` must be one (contract loda §7.3). */
const namespacePattern = /^[a-zA-Z0-9_.-]{1,56}$/;

export const lodaPost = defineRoute({
  method: "POST",
  path: "/post",
  summary: "Takes an array of metrics for one namespace, as a loda agent does.",
  role: "push",
  takes: "bytes",
  queries: { ns: "The namespace." },
  answers: {
    200: { description: "All of it is kept." },
    400: {
      description:
        "A name has other characters than 0-9 a-z A-Z - _ . and nothing was kept; or some metrics are of a time or a series that nobody can keep, and the others are kept.",
    },
    500: { description: "No namespace, no array of metrics, or no room; nothing was kept." },
  },
  refuse: ({ http, message }) =>
    http === 503
      ? { status: 500, text: "queue is full, discard message" }
      : { status: http, text: `${message}\n` },
  async handle(body: Buffer, { push }: LodaPostNeeds, { query }) {
    const namespace = query.get("ns") ?? "";
    if (!namespacePattern.test(namespace)) return { status: 500, text: "invalid ns\n" };
    if (body.length === 0) return { status: 500, text: "failed to decode json:EOF\n" };
    const result = await push.loda(body, namespace);
    if (!("fault" in result)) {
      const { kept, refused } = result;
      if (refused.size === 0) return { status: 200, text: "send data to MQ success\n" };
      return { status: 400, text: `kept ${kept}, cannot be kept: ${refusedText(refused)}\n` };
    }
    if (result.fault === "json") return { status: 500, text: `failed to decode json:${result.reason}\n` };
    return { status: 400, text: "invalid metric name, just allow 0-9 a-z A-Z - _ ." };
  },
});
