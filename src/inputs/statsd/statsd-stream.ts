// One connection of statsd: lines, or DogStatsD's packets with their length before them.
import { GrowingBuffer } from "../../kernel/growing-buffer.ts";
import { LineSplitter } from "../../transports/line-splitter.ts";
import type { StreamReader } from "../../transports/stream-listener.ts";

/** A packet, and a line, of a stream. */
const limitBytes = 64 * 1024;
const lengthBytes = 4;

/**
 * The first four bytes tell which it is: as a little-endian length, four characters of text would be far more than any
 * packet may have.
 */
export function createStatsdStream(
  take: (lines: Buffer) => void,
  onFault: (reason: string) => void,
): StreamReader {
  let begun: Buffer = Buffer.alloc(0);
  let reader: StreamReader | undefined;
  return {
    data(chunk) {
      if (reader !== undefined) return reader.data(chunk);
      begun = Buffer.concat([begun, chunk]);
      if (begun.length < lengthBytes && !begun.includes("\n")) return true;
      const isPackets = begun.length >= lengthBytes && begun.readUInt32LE(0) <= limitBytes;
      reader = isPackets ? packetReader(take, onFault) : lineReader(take, onFault);
      return reader.data(begun);
    },
    end() {
      if (reader !== undefined) reader.end();
      else if (begun.length > 0) take(begun);
    },
  };
}

function lineReader(take: (lines: Buffer) => void, onFault: (reason: string) => void): StreamReader {
  const splitter = new LineSplitter(limitBytes);
  let told = 0;
  return {
    data(chunk) {
      const lines = splitter.take(chunk);
      if (lines !== undefined) take(lines);
      if (splitter.tooLong > told) onFault("line too long");
      told = splitter.tooLong;
      return true;
    },
    end() {
      const rest = splitter.end();
      if (rest !== undefined) take(rest);
    },
  };
}

function packetReader(take: (lines: Buffer) => void, onFault: (reason: string) => void): StreamReader {
  const waiting = new GrowingBuffer();
  return {
    data(chunk) {
      waiting.append(chunk);
      let at = 0;
      const bytes = waiting.view;
      while (bytes.length - at >= lengthBytes) {
        const end = at + lengthBytes + bytes.readUInt32LE(at);
        if (end - at - lengthBytes > limitBytes) {
          onFault("packet too long");
          return false;
        }
        if (bytes.length < end) break;
        take(bytes.subarray(at + lengthBytes, end));
        at = end;
      }
      if (at > 0) {
        const rest = Buffer.from(bytes.subarray(at));
        waiting.clear();
        waiting.append(rest);
      }
      return true;
    },
    end() {
      if (waiting.length > 0) onFault("packet broken off");
    },
  };
}
