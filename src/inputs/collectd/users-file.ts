// The users of the collectd listener, as their file has them: looked at once a second, read when it changed.
import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import type { CollectdUsers } from "../../formats/collectd-packet/collectd-security.ts";
import { parseUsers } from "../../formats/collectd-packet/parse-users.ts";
import { AgentError, reasonOf } from "../../kernel/errors.ts";
import type { Running } from "../../kernel/module.ts";
import { type ScheduleNeeds, startSchedule } from "../../kernel/schedule.ts";
import { readTrustedLater } from "../../kernel/trusted-file.ts";

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
async function markOf(path: string): Promise<string> {
  const { mtimeNs, size, ino } = await stat(path, { bigint: true });
  return `${mtimeNs} ${size} ${ino}`;
}

async function readUsers(
  path: string,
  log: ScheduleNeeds["log"],
): Promise<{ users: CollectdUsers; mark: string }> {
  const check = ({ mode }: Stats) => {
    if ((mode & 0o004) !== 0)
      log.warning("everybody may read the passwords of collectd's users; chmod o-r", { path });
  };
  try {
    // Before the reading: what is changed meanwhile is read again.
    const mark = await markOf(path);
    const text = (await readTrustedLater(path, { limitBytes, check })).toString("utf8");
    const { users, badLines } = parseUsers(text);
    for (const line of badLines.slice(0, 1))
      log.warning("a line of collectd's users is not `user: password`", {
        ...{ path, line, lines: badLines.length },
      });
    return { users, mark };
  } catch (thrown) {
    throw new AgentError("host.file", { path, reason: reasonOf(thrown), cause: thrown });
  }
}
