// Meta data that is served as a tree of small texts, with a token where the service has such (ec2, alibaba).
import { AgentError } from "../../kernel/errors.ts";
import { askMetadata } from "./metadata-service.ts";

export interface MetadataTree {
  readonly url: string;
  /** Start of the names of both headers, such as `X-aws-ec2-metadata-token`. */
  readonly tokenHeader: string;
  /** Below `/latest/meta-data/`. Credentials and user data are never among them. */
  readonly paths: readonly string[];
  readonly signal: AbortSignal;
}

const tokenSeconds = "60";

/** The texts that there are, by their paths. Rejects with `collector.unanswered`. */
export async function readMetadataTree(tree: MetadataTree): Promise<ReadonlyMap<string, string>> {
  const { url, tokenHeader, paths, signal } = tree;
  const token = await tokenOf(tree);
  const headers: Record<string, string> = token === undefined ? {} : { [tokenHeader]: token };
  const texts = new Map<string, string>();
  for (const path of paths) {
    const text =
      (await askMetadata({ url, path: `/latest/meta-data/${path}`, headers, signal }))?.trim() ?? "";
    if (text !== "") texts.set(path, text);
  }
  if (texts.size > 0) return texts;
  throw new AgentError("collector.unanswered", { address: url, reason: "it knows nothing of this host" });
}

/** Older services have none, and from inside a container its answer may never arrive: then it is asked without. */
async function tokenOf({ url, tokenHeader, signal }: MetadataTree): Promise<string | undefined> {
  const headers = { [`${tokenHeader}-ttl-seconds`]: tokenSeconds };
  const request = { url, path: "/latest/api/token", method: "PUT", headers, signal } as const;
  const token = (await askMetadata(request).catch(() => undefined))?.trim() ?? "";
  return /^[\x21-\x7e]{1,1000}$/.test(token) ? token : undefined;
}
