// What a caller may write as request_json, and what the next hop gets (contract happo §9.2).
import { AgentError } from "../../kernel/errors.ts";
import type { ProxyRequest } from "../contract/index.ts";

/** Throws `body.invalid` for a text that is neither JSON nor base64. */
export function decodeRequestJson(value: ProxyRequest["request_json"]): Buffer {
  if (value === null || value === undefined) return Buffer.alloc(0);
  if (typeof value === "object") return Buffer.from(JSON.stringify(value));
  const text = value.trim();
  if (text.startsWith("{") || text.startsWith("[")) return Buffer.from(text);
  if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) return Buffer.from(text, "base64");
  throw new AgentError("body.invalid", { reason: "request_json: neither JSON nor base64 with padding" });
}
