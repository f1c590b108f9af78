// What a sender leaves behind: nothing, however the sending ended.
import { expect, it, onTestFinished } from "vitest";
import { abortListeners } from "../../test/support/abort-listeners.ts";
import { oddServer } from "../../test/support/servers/odd-server.ts";
import { createTcpSender } from "./tcp-sender.ts";

it.each<["close" | "sent", "arrives" | "fails"]>([
  ["close", "arrives"],
  ["sent", "arrives"],
  ["close", "fails"],
])("confirmed by %s, a text that %s leaves nobody listening for the stop", async (confirm, end) => {
  const server = await oddServer((socket) => {
    if (end === "fails") socket.destroy();
    else socket.resume().once("end", () => socket.end());
  });
  const sender = createTcpSender({ host: "127.0.0.1", port: server.port, confirm });
  onTestFinished(() => sender.close());
  const { signal } = new AbortController();
  const told = sender.send("text\n", signal).then(
    () => "arrives",
    () => "fails",
  );
  expect(abortListeners(signal)).toBe(1);
  expect(await told).toBe(end);
  expect(abortListeners(signal)).toBe(0);
});
