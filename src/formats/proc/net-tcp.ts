// /proc/net/tcp, tcp6, udp and udp6 (proc(5)): sockets that wait for somebody; addresses are words in hexadecimal.
import { columnsOf } from "./columns.ts";

export interface OpenSocket {
  /** As people write it: `127.0.0.1`, `::1`. */
  readonly address: string;
  readonly port: number;
}

/** TCP's LISTEN; UDP sockets without a peer carry TCP's CLOSE. */
const listening = { tcp: "0A", udp: "07" };

export function parseOpenSockets(text: string, protocol: "tcp" | "udp"): readonly OpenSocket[] {
  const mark = ` ${listening[protocol]} `;
  const sockets: OpenSocket[] = [];
  for (const line of text.split("\n")) {
    if (!line.includes(mark)) continue;
    const [, local = "", , state] = columnsOf(line);
    const socket = state === listening[protocol] ? socketOf(local) : undefined;
    if (socket !== undefined) sockets.push(socket);
  }
  return sockets;
}

const local = /^((?:[0-9A-F]{8}){1}|(?:[0-9A-F]{8}){4}):([0-9A-F]{4})$/i;

function socketOf(text: string): OpenSocket | undefined {
  const [, address = "", port = ""] = local.exec(text) ?? [];
  if (address === "") return undefined;
  const bytes = bytesOf(address);
  return {
    address: bytes.length === 4 ? bytes.join(".") : version6(bytes),
    port: Number.parseInt(port, 16),
  };
}

/** Each word of four bytes is a number in the host's order, which is little-endian wherever this runs. */
function bytesOf(address: string): number[] {
  const bytes: number[] = [];
  for (let word = 0; word < address.length; word += 8)
    for (let place = 6; place >= 0; place -= 2)
      bytes.push(Number.parseInt(address.slice(word + place, word + place + 2), 16));
  return bytes;
}

/** RFC 5952: no leading zeros, the longest run of zero groups as `::`. */
function version6(bytes: readonly number[]): string {
  const groups: string[] = [];
  for (let place = 0; place < bytes.length; place += 2)
    groups.push((((bytes[place] ?? 0) << 8) | (bytes[place + 1] ?? 0)).toString(16));
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (mapped) return `::ffff:${bytes.slice(12).join(".")}`;
  const text = `:${groups.join(":")}:`;
  const [run] = (text.match(/:(?:0:)+/g) ?? []).sort((one, other) => other.length - one.length);
  if (run === undefined || run.length <= ":0:".length) return text.slice(1, -1);
  return text
    .replace(run, "::")
    .replace(/^:(?!:)/, "")
    .replace(/(?<!:):$/, "");
}
