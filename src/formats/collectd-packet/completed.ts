// Value lists and notifications, made of what a packet has said when the part comes that ends one.
import { headBytes, type Said, type Span, textOf, valuesHeadBytes } from "./packet-parts.ts";
import {
  type CollectdValue,
  type Notification,
  type Provenance,
  part,
  type Severity,
  type ValueList,
} from "./value-list.ts";
import { readValue } from "./wire-number.ts";

const severities = new Map<number, Severity>([
  [1, "failure"],
  [2, "warning"],
  [4, "okay"],
]);

export type ReceivedValues = ValueList & Provenance;
export type ReceivedNotification = Notification & Provenance;

/** What is complete with this part, which `takePart` found well-formed; why there is none; undefined for other parts. */
export function completed(
  number: number,
  place: Span,
  said: Said,
): ReceivedValues | ReceivedNotification | string | undefined {
  if (number === part.values) return valueList(place, said);
  return number === part.message ? notification(place, said) : undefined;
}

function valueList({ bytes, from }: Span, said: Said): ReceivedValues | string {
  const { host, plugin, pluginInstance, type, typeInstance, timeMs, intervalMs, security, user } = said;
  if (timeMs === 0) return "no time";
  if (host === "" || plugin === "" || type === "") return "no host, plugin or type";
  const count = bytes.readUInt16BE(from + headBytes);
  const kindsAt = from + valuesHeadBytes;
  const values: CollectdValue[] = [];
  for (let place = 0; place < count; place += 1) {
    const value = readValue(bytes[kindsAt + place] ?? 0, bytes, kindsAt + count + place * 8);
    if (value !== undefined) values.push(value);
  }
  return { host, plugin, pluginInstance, type, typeInstance, timeMs, intervalMs, values, security, user };
}

function notification(place: Span, said: Said): ReceivedNotification | string {
  const { host, plugin, pluginInstance, type, typeInstance, timeMs, security, user } = said;
  const severity = severities.get(said.severity);
  if (severity === undefined) return "unknown severity";
  if (timeMs === 0) return "no time";
  const message = textOf(place);
  if (message === "") return "empty message";
  return { host, plugin, pluginInstance, type, typeInstance, timeMs, severity, message, security, user };
}
