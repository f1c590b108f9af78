// The kinds of objects that packs and local files hold; the kind is the top-level key of a document (contract 1.2).
import { nearestKey } from "../nearest-key.ts";

export const objectKinds = [
  "detector",
  "check",
  "service",
  "handler",
  "generator",
  "compliance",
  "installor",
  "dashboard",
  "tutorial",
  "zone",
] as const;

export type ObjectKind = (typeof objectKinds)[number];

/** Settings of a part of the agent, legal in any local file (contract 1.2). */
const moduleNames = [
  "dns",
  "statsd",
  "graphite",
  "websocket",
  "shinken",
  "shinken-enterprise",
  "grafana",
  "mail",
  "slack",
  "imrane",
  "synology",
] as const;

export type ModuleName = (typeof moduleNames)[number];

/** The kind that a top-level key names; `installer` is another word for `installor`. */
export function objectKindOf(key: string): ObjectKind | undefined {
  return objectKinds.find((kind) => kind === key) ?? (key === "installer" ? "installor" : undefined);
}

/** The module that a top-level key names. */
export function moduleNameOf(key: string): ModuleName | undefined {
  return moduleNames.find((name) => name === key);
}

/** `; did you mean "check"?`, or nothing when no kind, module or `other` word is near. */
export function nearestWord(key: string, other: readonly string[] = []): string {
  const nearest = nearestKey(key, [...objectKinds, "installer", ...moduleNames, ...other]);
  return nearest === undefined ? "" : `; did you mean ${JSON.stringify(nearest)}?`;
}
