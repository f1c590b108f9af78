// Programs get none of the descriptors that the agent itself was started with.
import { expect, it } from "vitest";
import { loadLibc } from "./libc.ts";
import { createPosixSpawnEngine } from "./posix-spawn-engine.ts";

it("a descriptor of the agent's starter stays the agent's", async () => {
  const libc = loadLibc();
  if (libc === undefined) throw new Error("the C library cannot be called");
  // As it is after a shell's `exec 9<file`: without the mark that closes it.
  const inherited = libc.open("/etc/hostname", 0);
  const engine = createPosixSpawnEngine(libc);
  let output = "";
  await new Promise<void>((resolve, reject) => {
    const request = {
      path: "/bin/ls",
      argv: ["ls", "/proc/self/fd"] as const,
      environment: {},
      merged: true,
    };
    const events = {
      output: (_name: string, bytes: Buffer) => {
        output += bytes.toString();
      },
      exited: () => {},
      closed: resolve,
    };
    engine.start(request, events).catch(reject);
  });
  await engine.stop();
  libc.close(inherited);
  const descriptors = output.trim().split(/\s+/);
  expect(descriptors).toContain("1");
  expect(descriptors).not.toContain(String(inherited));
});
