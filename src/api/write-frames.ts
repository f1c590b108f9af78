// A websocket that is written to as it is read, until either side has had enough.
import type { WebsocketClient } from "../transports/websocket.ts";
import type { FramesAnswer } from "./route.ts";

/** Resolves when the frames have ended, the client is gone, or `signal` was aborted. */
export async function writeFrames(
  client: WebsocketClient,
  { frames }: FramesAnswer,
  signal: AbortSignal,
): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort();
  client.gone.addEventListener("abort", end, { once: true });
  signal.addEventListener("abort", end, { once: true });
  if (client.gone.aborted || signal.aborted) end();
  try {
    for await (const { wire } of frames(ending.signal)) {
      if (ending.signal.aborted) break;
      client.send(wire);
      if (client.isFull) await client.drained();
    }
  } finally {
    signal.removeEventListener("abort", end);
    client.close(1001, "the stream has ended");
  }
}
