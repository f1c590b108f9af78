// A packet of collectd's network protocol → value lists and notifications (contract collectd-monitor §6.2 to §6.6).
import {
  type CollectdUsers,
  decrypted,
  encryptionBytes,
  isSignedBy,
  signatureBytes,
} from "./collectd-security.ts";
import { completed, type ReceivedNotification, type ReceivedValues } from "./completed.ts";
import { headBytes, nothingSaid, type Said, type Span, takePart } from "./packet-parts.ts";
import { type Provenance, part } from "./value-list.ts";

export interface DecodeOptions {
  /** What is secured less is left out. */
  readonly security: "none" | "sign" | "encrypt";
  /** Without them no signature is verified and nothing can be decrypted. */
  readonly users: CollectdUsers | undefined;
}

export interface PacketFault {
  /** One of few. */
  readonly reason: string;
  /** Bytes from the start of the packet to the part. */
  readonly at: number;
}

export interface DecodedPacket {
  readonly valueLists: ReceivedValues[];
  readonly notifications: ReceivedNotification[];
  readonly faults: PacketFault[];
}

interface Scope extends Provenance {
  readonly options: DecodeOptions;
  readonly found: DecodedPacket;
  /** Signatures and encryptions around these parts. */
  readonly depth: number;
  /** Place in the packet of the span's start. */
  readonly base: number;
}

const depthAtMost = 2;

/**
 * Never throws: what is malformed is a fault, and what stands behind it in the packet is left out, as collectd itself
 * does. Takes time in proportion to the packet.
 */
export function decodeCollectdPacket(packet: Span, options: DecodeOptions): DecodedPacket {
  const found: DecodedPacket = { valueLists: [], notifications: [], faults: [] };
  decodeParts(packet, { options, found, security: "none", user: undefined, depth: 0, base: 0 });
  return found;
}

/** The way through the parts of a packet or of a payload. */
interface Walk {
  readonly span: Span;
  readonly scope: Scope;
  readonly said: Said;
  /** Parts that lack security are told once. */
  isTold: boolean;
}

function decodeParts(span: Span, scope: Scope): void {
  const { bytes, to } = span;
  const walk: Walk = { span, scope, said: nothingSaid(scope), isTold: false };
  let at = span.from;
  while (to - at > headBytes) {
    const end = at + bytes.readUInt16BE(at + 2);
    if (end < at + headBytes || end > to) break;
    if (!decodePart({ bytes, from: at, to: end }, walk)) return;
    at = end;
  }
  if (at < to) tell(walk, "truncated part", at);
}

function tell({ span, scope }: Walk, reason: string, at: number): void {
  scope.found.faults.push({ reason, at: scope.base + at - span.from });
}

/** False when nothing behind the part is to be read. */
function decodePart(place: Span, walk: Walk): boolean {
  const { scope } = walk;
  const number = place.bytes.readUInt16BE(place.from);
  const lacking = lackingSecurity(number, scope);
  if (lacking !== undefined) {
    if (!walk.isTold) tell(walk, lacking, place.from);
    walk.isTold = true;
    return true;
  }
  const isSignature = number === part.signature && scope.options.users !== undefined;
  if (!isSignature && number !== part.encrypted) return decodeOpen(number, place, walk);
  const reason = isSignature ? decodeSigned(place, walk) : decodeEncrypted(place, walk);
  if (reason !== undefined) tell(walk, reason, place.from);
  return reason === undefined && !isSignature;
}

function decodeOpen(number: number, place: Span, walk: Walk): boolean {
  const malformed = takePart(number, place, walk.said);
  const whole = malformed ?? completed(number, place, walk.said);
  if (typeof whole === "string") tell(walk, whole, place.from);
  else if (whole !== undefined) keep(whole, walk.scope.found);
  return malformed === undefined;
}

/** Why a part is left out where more security is asked for. What brings security may always come. */
function lackingSecurity(number: number, { options, security }: Scope): string | undefined {
  if (options.security === "none" || security === "encrypted" || number === part.encrypted) return undefined;
  if (options.security === "encrypt") return "not encrypted";
  return security === "signed" || number === part.signature ? undefined : "not signed";
}

/** A signature covers everything behind it. */
function decodeSigned(place: Span, { span, scope }: Walk): string | undefined {
  if (scope.depth >= depthAtMost) return "nested too deep";
  const { bytes, from, to } = place;
  const userAt = from + signatureBytes;
  if (userAt >= to) return "malformed signature";
  const user = bytes.toString("utf8", userAt, to);
  const key = scope.options.users?.get(user);
  if (key === undefined) return "unknown user";
  const hmac = bytes.subarray(from + headBytes, userAt);
  if (!isSignedBy(key, hmac, bytes.subarray(userAt, span.to))) return "bad signature";
  const security = scope.security === "encrypted" ? "encrypted" : "signed";
  const base = scope.base + to - span.from;
  decodeParts({ bytes, from: to, to: span.to }, { ...scope, security, user, base, depth: scope.depth + 1 });
  return undefined;
}

function decodeEncrypted(place: Span, { span, scope }: Walk): string | undefined {
  if (scope.depth >= depthAtMost) return "nested too deep";
  const { bytes, from, to } = place;
  if (to - from < encryptionBytes) return "malformed encryption";
  const userAt = from + headBytes + 2;
  const userEnd = userAt + bytes.readUInt16BE(from + headBytes);
  if (userEnd === userAt || userEnd + encryptionBytes - headBytes - 2 > to) return "malformed encryption";
  const { users } = scope.options;
  if (users === undefined) return "encrypted, and there are no users";
  const user = bytes.toString("utf8", userAt, userEnd);
  const key = users.get(user);
  if (key === undefined) return "unknown user";
  const payload = decrypted(key, bytes.subarray(userEnd, to));
  if (payload === undefined) return "cannot decrypt";
  // The cipher keeps lengths: a place in the payload is a place in the packet.
  const base = scope.base + to - span.from - payload.length;
  const inner = { bytes: payload, from: 0, to: payload.length };
  decodeParts(inner, { ...scope, security: "encrypted", user, base, depth: scope.depth + 1 });
  return undefined;
}

function keep(whole: ReceivedValues | ReceivedNotification, found: DecodedPacket): void {
  if ("values" in whole) found.valueLists.push(whole);
  else found.notifications.push(whole);
}
