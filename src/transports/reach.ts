// Whether anybody is there: a connection that is opened and closed again, before something dear is made for nobody.
import { connect } from "./connect.ts";

/** Rejects as the connection does, and when `signal` is aborted. */
export function reach(
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", (error) => {
      socket.destroy();
      reject(error);
    });
  });
}

/** Of the host in an address, with the protocol's own port where it names none. */
export function reachUrl(url: URL, signal: AbortSignal): Promise<void> {
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  return reach({ host: url.hostname.replace(/^\[|\]$/g, ""), port }, signal);
}
