// One question to a time server over UDP, and its answer or the reason why there is none.
import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { type NtpExchange, ntpRequest } from "../../../formats/proc/ntp-packet.ts";
import { reasonOf } from "../../../kernel/errors.ts";
import { hostNames } from "../../../transports/host-names.ts";
import type { CollectorNeeds } from "../../collector.ts";

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

interface AskNeeds extends Pick<CollectorNeeds, "clock" | "signal"> {
  readonly timeoutMs: number;
}

const ntpPort = 123;
const form = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+))(?::([0-9]{1,5}))?$/i;

/** `HOST`, `HOST:PORT`, `[V6]:PORT`, or an IPv6 address as it is. Undefined for texts that name no server. */
export function serverAddressOf(text: string): ServerAddress | undefined {
  if (isIPv6(text)) return { host: text, port: ntpPort };
  const [, bracketed, name, portText] = form.exec(text) ?? [];
  const host = bracketed ?? name;
  const port = portText === undefined ? ntpPort : Number(portText);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

/** Never rejects. The socket is connected, so that nobody but the server is heard. */
export async function askTimeServer(
  { host, port }: ServerAddress,
  { clock, signal, timeoutMs }: AskNeeds,
): Promise<NtpExchange | string> {
  try {
    const [found] = await hostNames.addressesOf({ name: host }, signal);
    if (found === undefined) return `${host} has no address`;
    const { address, family } = found;
    const socket = createSocket(family === 6 ? "udp6" : "udp4");
    try {
      await connected(socket, port, address);
      return await exchangeOn(socket, { clock, signal, timeoutMs });
    } finally {
      socket.close();
    }
  } catch (thrown) {
    return reasonOf(thrown);
  }
}

function connected(socket: Socket, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.connect(port, address, () => {
      socket.off("error", reject);
      resolve();
    });
  });
}

function exchangeOn(socket: Socket, { clock, signal, timeoutMs }: AskNeeds): Promise<NtpExchange | string> {
  return new Promise((resolve) => {
    const giveUp = () => end("the agent gave up");
    const timer = clock.after(timeoutMs, () => end(`no answer within ${timeoutMs} ms`));
    const sentAtMs = clock.now();
    const beganMs = clock.monotonicMs();
    const request = ntpRequest(sentAtMs);
    const end = (result: NtpExchange | string) => {
      timer.cancel();
      signal.removeEventListener("abort", giveUp);
      resolve(result);
    };
    signal.addEventListener("abort", giveUp, { once: true });
    socket.on("error", (error) => end(error.message));
    socket.on("message", (answer) => {
      // By the monotonic clock: wall time may be set while the answer is on its way.
      const receivedAtMs = sentAtMs + (clock.monotonicMs() - beganMs);
      end({ request, answer, sentAtMs, receivedAtMs });
    });
    socket.send(request, (error) => {
      if (error) end(error.message);
    });
  });
}
