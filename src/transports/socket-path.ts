// The path of a unix socket: taken over from an agent that is gone, never from one that lives.
import { lstatSync, unlinkSync } from "node:fs";
import { connect } from "node:net";
import { AgentError, reasonOf, systemCode } from "../kernel/errors.ts";

/**
 * A socket that nobody answers on is removed; one that somebody does is `listen.taken`. What is no socket is left alone:
 * `listen.failed`.
 */
export async function claimSocketPath(path: string): Promise<void> {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return;
    if (!found.isSocket()) throw new Error("something is there that is no socket");
    if (await answers(path)) throw new AgentError("listen.taken", { address: path });
    unlinkSync(path);
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return;
    if (thrown instanceof AgentError) throw thrown;
    throw new AgentError("listen.failed", { address: path, reason: reasonOf(thrown), cause: thrown });
  }
}

/** A socket that is made during the call is the owner's alone, before anybody could connect. */
export function withPrivateFiles(make: () => void): void {
  const mask = process.umask(0o177);
  try {
    make();
  } finally {
    process.umask(mask);
  }
}

/** Whether somebody accepts connections there. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
  });
}
