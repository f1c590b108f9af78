// Loda's PORT rows: whether somebody answers on a port of this host (contract loda §6.9).
import { connect } from "node:net";
import type { CollectorNeeds } from "../collector.ts";
import { type LodaPoint, points } from "./point.ts";

/** A row of the registry, as far as it is needed; its numbers are texts there. */
export interface PortRow {
  readonly name: string;
  readonly port: string | number;
  /** Seconds; 3 when missing, no number, or not above 0. */
  readonly connect_timeout?: string | number | undefined;
}

const defaultTimeoutMs = 3000;
const longestTimeoutMs = 60_000;

/** All rows at once, so that one that does not answer delays none of the others. Never rejects. */
export async function portPoints(
  rows: readonly PortRow[],
  needs: Pick<CollectorNeeds, "clock" | "signal">,
): Promise<LodaPoint[]> {
  const asked = rows.map(async (row) => points({}, { [row.name]: Number(await isAnswered(row, needs)) }));
  return (await Promise.all(asked)).flat();
}

function isAnswered(
  { port: portText, connect_timeout }: PortRow,
  { clock, signal }: Pick<CollectorNeeds, "clock" | "signal">,
): Promise<boolean> {
  const port = Number(portText);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const end = (answer: boolean) => {
      timer.cancel();
      signal.removeEventListener("abort", giveUp);
      socket.destroy();
      resolve(answer);
    };
    const giveUp = () => end(false);
    const timer = clock.after(timeoutMsOf(connect_timeout), giveUp);
    signal.addEventListener("abort", giveUp, { once: true });
    socket.on("connect", () => end(true));
    socket.on("error", () => end(false));
  });
}

function timeoutMsOf(seconds: string | number | undefined): number {
  const wanted = Number(seconds) * 1000;
  return wanted > 0 ? Math.min(wanted, longestTimeoutMs) : defaultTimeoutMs;
}
