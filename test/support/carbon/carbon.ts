// A real carbon-cache of Debian with a private configuration and storage, and what it stored.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Daemon, freePort, startDaemon } from "../servers/daemon.ts";
import { temporaryDirectory } from "../temporary.ts";

export interface Carbon {
  readonly server: string;
  /** Values that were stored, by name; tagged ones as `name;tag=value`. Written to disk a moment after they came. */
  stored(): Readonly<Record<string, readonly (readonly [seconds: number, value: number])[]>>;
  end(): Promise<void>;
  start(): Promise<void>;
  release(): Promise<void>;
}

const reader = `
import json, os, sys, time, whisper
found = {}
for folder, _, files in os.walk(sys.argv[1]):
    for name in files:
        if not name.endswith(".wsp"): continue
        path = os.path.relpath(os.path.join(folder, name), sys.argv[1])[:-4]
        key = os.path.basename(path).replace("_DOT_", ".") if path.startswith("_tagged") else path.replace("/", ".")
        (start, end, step), values = whisper.fetch(os.path.join(folder, name), int(time.time()) - 600)
        found[key] = [[start + place * step, value] for place, value in enumerate(values) if value is not None]
print(json.dumps(found))
`;

export async function startCarbon(): Promise<Carbon> {
  const { path: home, release } = temporaryDirectory();
  const [port, picklePort, queryPort] = [await freePort(), await freePort(), await freePort()];
  for (const name of ["storage", "log", "run"]) mkdirSync(join(home, name));
  const file = join(home, "carbon.conf");
  writeFileSync(
    file,
    `[cache]
STORAGE_DIR = ${home}/storage
LOCAL_DATA_DIR = ${home}/storage/whisper
CONF_DIR = ${home}
LOG_DIR = ${home}/log
PID_DIR = ${home}/run
USER =
LINE_RECEIVER_INTERFACE = 127.0.0.1
LINE_RECEIVER_PORT = ${port}
PICKLE_RECEIVER_INTERFACE = 127.0.0.1
PICKLE_RECEIVER_PORT = ${picklePort}
CACHE_QUERY_INTERFACE = 127.0.0.1
CACHE_QUERY_PORT = ${queryPort}
MAX_CREATES_PER_MINUTE = inf
MAX_UPDATES_PER_SECOND = 5000
ENABLE_TAGS = False
TAG_HASH_FILENAMES = False
`,
  );
  writeFileSync(join(home, "storage-schemas.conf"), "[all]\npattern = .*\nretentions = 1s:20m\n");
  const args = [`--config=${file}`, "--nodaemon", "start"];
  const start = () => startDaemon({ command: "carbon-cache", args, port });
  let daemon: Daemon = await start();
  return {
    server: `127.0.0.1:${port}`,
    stored() {
      const said = execFileSync("/usr/bin/python3", [
        "-c",
        reader,
        join(home, "storage", "whisper"),
      ]).toString();
      return JSON.parse(said) as ReturnType<Carbon["stored"]>;
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
