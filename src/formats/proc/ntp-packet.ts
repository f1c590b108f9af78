// SNTP packets of version 4 (RFC 4330, RFC 5905): the question a client asks, and what the answer says of the clock.

export const packetBytes = 48;

/** Seconds from 1900 to 1970. */
const epochSeconds = 2_208_988_800;
/** No leap warning, version 4, mode 3: client. */
const firstByte = 0x23;
const serverMode = 4;
const unsynchronised = 3;
const places = { stratum: 1, originate: 24, receive: 32, transmit: 40 };

/** The question, stamped with the moment at which it is sent (milliseconds since 1970). */
export function ntpRequest(sentAtMs: number): Buffer {
  const packet = Buffer.alloc(packetBytes);
  packet[0] = firstByte;
  writeStamp(packet, sentAtMs);
  return packet;
}

export interface NtpExchange {
  readonly request: Buffer;
  readonly answer: Buffer;
  /** Milliseconds since 1970 by the local clock. */
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

/**
 * Seconds by which the server's clock is ahead of the local one. Undefined for what is no answer to this question, or
 * comes from a server that has no time itself.
 */
export function ntpOffsetSeconds({
  request,
  answer,
  sentAtMs,
  receivedAtMs,
}: NtpExchange): number | undefined {
  if (answer.length < packetBytes) return undefined;
  const head = answer[0] ?? 0;
  const stratum = answer[places.stratum] ?? 0;
  if ((head & 7) !== serverMode || head >> 6 === unsynchronised || stratum === 0 || stratum > 15)
    return undefined;
  const echoed = answer.subarray(places.originate, places.originate + 8);
  if (!echoed.equals(request.subarray(places.transmit, packetBytes))) return undefined;
  const there = readStampMs(answer, places.receive) - sentAtMs;
  const back = readStampMs(answer, places.transmit) - receivedAtMs;
  return (there + back) / 2 / 1000;
}

function writeStamp(packet: Buffer, ms: number): void {
  const seconds = Math.floor(ms / 1000);
  packet.writeUInt32BE((seconds + epochSeconds) % 2 ** 32, places.transmit);
  packet.writeUInt32BE(Math.floor(((ms - seconds * 1000) / 1000) * 2 ** 32), places.transmit + 4);
}

/** Stamps with the highest bit off lie after 2036, when the seconds begin anew (RFC 4330 §3). */
function readStampMs(packet: Buffer, place: number): number {
  const seconds = packet.readUInt32BE(place);
  const era = seconds < 2 ** 31 ? 2 ** 32 : 0;
  return (seconds + era - epochSeconds) * 1000 + (packet.readUInt32BE(place + 4) / 2 ** 32) * 1000;
}
