// The users of the collectd listener, as their file has them: looked at once a second, read when it changed.
import { type FileHandle, open, stat } from "node:fs/promises";
import type { CollectdUsers } from "../../formats/collectd-packet/collectd-security.ts";
import { parseUsers } from "../../formats/collectd-packet/parse-users.ts";
import { AgentError, reasonOf } from "../../kernel/errors.ts";
import type { Running } from "../../kernel/module.ts";
import { type ScheduleNeeds, startSchedule } from "../../kernel/schedule.ts";

export interface UsersFile extends Running {
  readonly users: CollectdUsers;
}

const lookEveryMs = 1000;
const limitBytes = 1024 * 1024;

/** Rejects with `host.file` when it cannot be read now; later the users stay as they were, and it is logged. */
export async function watchUsersFile(path: string, needs: ScheduleNeeds): Promise<UsersFile> {
  const { log } = needs;
  let { users, mark } = await readUsers(path, log);
  let told = "";
  const look = async () => {
    try {
      if ((await markOf(path)) !== mark) {
        ({ users, mark } = await readUsers(path, log));
        log.info("the users of collectd were read again", { path, users: users.size });
      }
      told = "";
    } catch (thrown) {
      const reason = reasonOf(thrown);
      if (reason !== told) log.warning("the users of collectd stay as they were", { path, reason });
      told = reason;
    }
  };
  const schedule = startSchedule({ name: "inputs.collectd.users", everyMs: lookEveryMs, run: look }, needs);
  return {
    get users() {
      return users;
    },
    stop: () => schedule.stop(),
  };
}

/** Another for each state of the file. */
async function markOf(file: string | FileHandle): Promise<string> {
  const { mtimeNs, size, ino } = await (typeof file === "string"
    ? stat(file, { bigint: true })
    : file.stat({ bigint: true }));
  return `${mtimeNs} ${size} ${ino}`;
}

async function readUsers(
  path: string,
  log: ScheduleNeeds["log"],
): Promise<{ users: CollectdUsers; mark: string }> {
  try {
    const file = await open(path);
    try {
      const mark = await markOf(file);
      const { users, badLines } = parseUsers(await textOf(file));
      if (((await file.stat()).mode & 0o004) !== 0)
        log.warning("everybody may read the passwords of collectd's users; chmod o-r", { path });
      for (const line of badLines.slice(0, 1))
        log.warning("a line of collectd's users is not `user: password`", {
          path,
          line,
          lines: badLines.length,
        });
      return { users, mark };
    } finally {
      await file.close();
    }
  } catch (thrown) {
    throw new AgentError("host.file", { path, reason: reasonOf(thrown), cause: thrown });
  }
}

async function textOf(file: FileHandle): Promise<string> {
  const stats = await file.stat();
  if (!stats.isFile()) throw new Error("it is not a regular file");
  if (stats.size > limitBytes) throw new Error(`it is larger than ${limitBytes} bytes`);
  return await file.readFile("utf8");
}
