// The engine's stream of events: it only says which list has changed, so nothing in it need be believed.
import { LineSplitter } from "../../transports/line-splitter.ts";

export type Changed = "containers" | "images" | "both";

const lineLimitBytes = 64 * 1024;
const filters = {
  type: ["container", "image"],
  // Without these, each health check of each container would be an event or three.
  event: [
    ...["start", "die", "stop", "destroy", "rename"],
    ...["pull", "tag", "untag", "delete", "import", "load", "prune"],
  ],
};

/** What is asked for; an engine that does not know the filter sends more, which costs a few readings. */
export const eventsPath = `/events?filters=${encodeURIComponent(JSON.stringify(filters))}`;

/** Takes the stream's chunks and tells which lists they make stale. A line that says nothing makes both so. */
export function createEventReader(onChange: (changed: Changed) => void): (chunk: Buffer) => void {
  const splitter = new LineSplitter(lineLimitBytes);
  return (chunk) => {
    const tooLong = splitter.tooLong;
    const lines = splitter.take(chunk)?.toString("utf8").split("\n") ?? [];
    if (splitter.tooLong > tooLong) onChange("both");
    const changes = new Set(lines.filter((line) => line.trim() !== "").map(changedBy));
    for (const changed of changes) onChange(changed);
  };
}

function changedBy(line: string): Changed {
  try {
    const event: unknown = JSON.parse(line);
    const type = typeof event === "object" && event !== null && "Type" in event ? event.Type : undefined;
    if (type === "container") return "containers";
    if (type === "image") return "images";
  } catch {
    // Told below: something happened, nobody knows what.
  }
  return "both";
}
