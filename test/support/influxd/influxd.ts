// A real InfluxDB 1.x of Debian with a private directory, and questions to it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Daemon, freePort, startDaemon } from "../servers/daemon.ts";
import { temporaryDirectory } from "../temporary.ts";

export interface Influxd {
  readonly url: string;
  /** Rows of the first series, without its column names. */
  query(database: string, text: string): Promise<unknown[][]>;
  command(text: string): Promise<void>;
  /** Ends it and starts it again on the same port and data. */
  restart(): Promise<void>;
  end(): Promise<void>;
  start(): Promise<void>;
  release(): Promise<void>;
}

export async function startInfluxd(): Promise<Influxd> {
  const { path: home, release } = temporaryDirectory();
  const [port, backupPort] = [await freePort(), await freePort()];
  for (const name of ["meta", "data", "wal"]) mkdirSync(join(home, name));
  const file = join(home, "influxdb.conf");
  writeFileSync(
    file,
    `reporting-disabled = true
bind-address = "127.0.0.1:${backupPort}"
[meta]
dir = "${home}/meta"
[data]
dir = "${home}/data"
wal-dir = "${home}/wal"
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:${port}"
log-enabled = false
`,
  );
  const start = () => startDaemon({ command: "influxd", args: ["run", "-config", file], port });
  let daemon: Daemon = await start();
  const url = `http://127.0.0.1:${port}`;
  const ask = async (path: string) => (await (await fetch(url + path, { method: "POST" })).json()) as Answer;
  return {
    url,
    async query(database, text) {
      const answer = await ask(
        `/query?db=${encodeURIComponent(database)}&epoch=ms&q=${encodeURIComponent(text)}`,
      );
      const [result] = answer.results;
      if (result?.error !== undefined) throw new Error(result.error);
      return result?.series?.[0]?.values ?? [];
    },
    async command(text) {
      const answer = await ask(`/query?q=${encodeURIComponent(text)}`);
      if (answer.results[0]?.error !== undefined) throw new Error(answer.results[0].error);
    },
    async restart() {
      await daemon.stop();
      daemon = await start();
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

interface Answer {
  readonly results: readonly {
    readonly error?: string;
    readonly series?: readonly { readonly values: unknown[][] }[];
  }[];
}
