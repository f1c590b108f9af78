// Several may have a reason for a connection not to be read: it is read again when the last one has none any more.
import { Socket } from "node:net";
import { expect, it } from "vitest";
import { startReading, stopReading } from "./reading-switch.ts";

/** A socket with a handle as the runtime's parser takes it over. */
function withHandle() {
  const calls: string[] = [];
  const handle = {
    reading: true,
    readStop: () => void calls.push("stop"),
    readStart: () => void calls.push("start"),
  };
  const socket = Object.assign(Object.create(Socket.prototype) as Socket, { _handle: handle });
  return { socket, handle, calls };
}

it("stops with the first and goes on with the last", () => {
  const { socket, handle, calls } = withHandle();
  stopReading(socket);
  stopReading(socket);
  expect(calls).toEqual(["stop"]);
  // A stream starts a handle that is not reading again by itself.
  expect(handle.reading).toBe(true);
  startReading(socket);
  expect(calls).toEqual(["stop"]);
  startReading(socket);
  expect(calls).toEqual(["stop", "start"]);
  expect(handle.reading).toBe(true);
});

it("a start too many does not take a later stop away", () => {
  const { socket, calls } = withHandle();
  startReading(socket);
  startReading(socket);
  stopReading(socket);
  expect(calls.at(-1)).toBe("stop");
  startReading(socket);
  expect(calls.at(-1)).toBe("start");
});

it("pauses where there is no handle, and leaves alone what has gone", () => {
  const socket = new Socket();
  stopReading(socket);
  expect(socket.isPaused()).toBe(true);
  startReading(socket);
  expect(socket.isPaused()).toBe(false);
  stopReading(socket);
  socket.destroy();
  startReading(socket);
  expect(socket.isPaused()).toBe(true);
});
