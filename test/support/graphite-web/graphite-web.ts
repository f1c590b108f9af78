// The real graphite-web of the system, for comparison: given series, served on a free port out of a private directory.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, startDaemon } from "../servers/daemon.ts";
import { temporaryDirectory } from "../temporary.ts";

export interface WhisperSeries {
  readonly name: string;
  /** Seconds. */
  readonly step: number;
  /** Places that the file keeps. */
  readonly places: number;
  /** Seconds since 1970, and a value. */
  readonly points: readonly (readonly [number, number])[];
}

export interface GraphiteWeb {
  /** The answer to a path with its query, as JSON when it is some. */
  ask(path: string): Promise<{ readonly status: number; readonly body: unknown; readonly text: string }>;
  stop(): Promise<void>;
}

const installed = "/usr/lib/python3/dist-packages/graphite/render/functions.py";

/** Rejects with how to install it when it is missing, and with what it wrote when it does not start. */
export async function startGraphiteWeb(series: readonly WhisperSeries[]): Promise<GraphiteWeb> {
  if (!existsSync(installed)) {
    throw new Error("graphite-web is missing: apt-get install graphite-web python3-whisper");
  }
  const { path: directory, release } = temporaryDirectory();
  for (const folder of ["whisper", "log"]) mkdirSync(join(directory, folder));
  writeFileSync(join(directory, "private_settings.py"), settings(directory));
  writeFileSync(join(directory, "series.json"), JSON.stringify(series));
  const port = await freePort();
  const script = join(import.meta.dirname, "serve.py");
  try {
    const daemon = await startDaemon({
      command: "/usr/bin/python3",
      args: [script, directory, String(port)],
      port,
    });
    return {
      ask: (path) => ask(`http://127.0.0.1:${port}${path}`),
      async stop() {
        await daemon.stop();
        release();
      },
    };
  } catch (thrown) {
    release();
    throw thrown;
  }
}

function settings(directory: string): string {
  const text = JSON.stringify;
  return [
    `SECRET_KEY = "only of a test"`,
    `STORAGE_DIR = ${text(directory)}`,
    `CONF_DIR = ${text(directory)}`,
    `LOG_DIR = ${text(join(directory, "log"))}`,
    `WHISPER_DIR = ${text(join(directory, "whisper"))}`,
    `STANDARD_DIRS = [WHISPER_DIR]`,
    `STORAGE_FINDERS = ("graphite.finders.standard.StandardFinder",)`,
    `CARBONLINK_HOSTS = []`,
    `USE_WORKER_POOL = False`,
    `TIME_ZONE = "UTC"`,
    `LOG_ROTATION = False`,
    `LOG_INFO_PERFORMANCE = False`,
    "",
  ].join("\n");
}

async function ask(url: string) {
  const response = await fetch(url);
  const text = await response.text();
  let body: unknown;
  try {
    // The list of functions has an infinity as default that is no JSON.
    body = JSON.parse(text.replace(/: Infinity\b/g, ": 1e9999"));
  } catch {
    body = undefined;
  }
  return { status: response.status, body, text };
}
