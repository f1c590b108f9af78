// A CPU profile of the whole run, in the form that browsers' developer tools read.
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { AgentError } from "./errors.ts";
import type { Running } from "./module.ts";
import { targetTrusted } from "./trusted-file.ts";

/** Profiles until `stop`, which writes the file. */
export async function startCpuProfile(path: string): Promise<Running> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.start");
  let stopped = false;
  return {
    async stop() {
      if (stopped) return;
      stopped = true;
      const { profile } = await session.post("Profiler.stop");
      const distrust = targetTrusted(path);
      if (distrust !== undefined) throw new AgentError("file.unwritable", { path, reason: distrust });
      writeFileSync(path, JSON.stringify(profile), { mode: 0o600 });
      session.disconnect();
    },
  };
}
