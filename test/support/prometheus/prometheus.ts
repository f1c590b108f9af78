// A real Prometheus of Debian that takes remote writes, with private storage, and questions to it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Daemon, freePort, startDaemon } from "../servers/daemon.ts";
import { temporaryDirectory } from "../temporary.ts";

export interface Prometheus {
  readonly url: string;
  /** Series with all their samples of the last hours, in order of their names. */
  series(selector: string): Promise<readonly Series[]>;
  end(): Promise<void>;
  start(): Promise<void>;
  release(): Promise<void>;
}

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** Seconds and the value as text. */
  readonly values: readonly (readonly [number, string])[];
}

export async function startPrometheus(): Promise<Prometheus> {
  const { path: home, release } = temporaryDirectory();
  const port = await freePort();
  const file = join(home, "prometheus.yml");
  writeFileSync(file, "global: {}\n");
  const args = [
    `--config.file=${file}`,
    `--web.listen-address=127.0.0.1:${port}`,
    `--storage.tsdb.path=${join(home, "data")}`,
    "--web.enable-remote-write-receiver",
  ];
  const url = `http://127.0.0.1:${port}`;
  const start = async () => {
    const started = await startDaemon({ command: "prometheus", args, port });
    // It listens before it can write.
    while (!(await fetch(`${url}/-/ready`)).ok) await new Promise((resolve) => setTimeout(resolve, 20));
    return started;
  };
  let daemon: Daemon = await start();
  return {
    url: `${url}/api/v1/write`,
    async series(selector) {
      const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(`${selector}[3h]`)}`);
      const { data } = (await answer.json()) as { data: { result: Series[] } };
      return data.result;
    },
    end: () => daemon.stop(),
    async start() {
      daemon = await start();
    },
    async release() {
      await daemon.stop();
      release();
    },
  };
}
