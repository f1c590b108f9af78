import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { claimSocketPath } from "./socket-path.ts";

async function listenOn(path: string) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()));
  onTestFinished(stop);
  return stop;
}

it("takes nothing that is no socket", async () => {
  const directory = directoryOfTest();
  const [file, link, inner] = ["file", "link", "inner"].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(file, "precious");
  symlinkSync(file, link);
  mkdirSync(inner);
  for (const path of [file, link, inner])
    await expect(claimSocketPath(path)).rejects.toMatchObject({
      code: "listen.failed",
      message: expect.stringContaining("no socket"),
    });
  expect([readFileSync(file, "utf8"), lstatSync(link).isSymbolicLink()]).toEqual(["precious", true]);
});

it("takes a free path and a socket that nobody answers on, and no other", async () => {
  const directory = directoryOfTest();
  const path = join(directory, "socket");
  await claimSocketPath(path);
  await listenOn(path);
  await expect(claimSocketPath(path)).rejects.toMatchObject({ code: "listen.taken" });
  const left = join(directory, "left");
  const child = spawnSync(process.execPath, [
    "-e",
    "require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))",
    left,
  ]);
  expect([child.signal, lstatSync(left).isSocket()]).toEqual(["SIGKILL", true]);
  await claimSocketPath(left);
  expect(existsSync(left)).toBe(false);
});
