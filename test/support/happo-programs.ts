// The programs with which the original agent was recorded (contract happo §12, §13), written again.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeScript } from "./temporary.ts";

export function writeHappoPrograms(directory: string): void {
  writeScript(
    directory,
    "monitor_test_plugin",
    'echo "Output of monitor_test_plugin. exit status is $1"; exit $1',
  );
  writeScript(directory, "monitor_test_sleep", 'sleep $1; echo "slept $1"');
  writeScript(directory, "execsleep", "exec sleep $1");
  writeScript(directory, "ignterm", "trap '' TERM; sleep 30 & wait; sleep 30");
  writeScript(directory, "out_both", "echo 'out line'; echo 'err line' >&2; exit $1");
  writeScript(directory, "err_only", "echo 'only err' >&2; exit $1");
  writeScript(directory, "silent", 'exit "$@"');
  writeScript(directory, "args", `for word; do printf '[%s]\\n' "$word"; done`);
  writeScript(directory, "kill_self", "echo before; kill -$1 $$; sleep 5");
  writeScript(directory, "bytes", "printf '[\\377\\376z]\\n'");
  writeScript(directory, "million", "head -c 1000000 /dev/zero | tr '\\0' m");
  writeFileSync(join(directory, "plain"), "no program\n", { mode: 0o644 });
  mkdirSync(join(directory, "folder"));
}
