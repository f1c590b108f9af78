// Running programs as another user: setpriv of util-linux changes user and groups, then becomes the program.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { AgentError, reasonOf } from "../kernel/errors.ts";
import type { CommandLine } from "./command-line.ts";

const setprivPaths = ["/usr/bin/setpriv", "/bin/setpriv"];

/** The words that go before a command line so that it runs as `user`, with that user's groups. Throws `program.user`. */
export function otherUserPrefix(user: string): string[] {
  const refuse = (reason: string, cause?: unknown) => new AgentError("program.user", { user, reason, cause });
  if (process.getuid?.() !== 0) throw refuse("the agent does not run as root");
  const setpriv = setprivPaths.find((path) => existsSync(path));
  if (setpriv === undefined) throw refuse("setpriv (package util-linux) is missing");
  const ask = (flag: "-u" | "-g") => {
    try {
      return execFileSync("/usr/bin/id", [flag, "--", user], { stdio: "pipe" }).toString().trim();
    } catch (thrown) {
      throw refuse(reasonOf(thrown), thrown);
    }
  };
  return [setpriv, `--reuid=${ask("-u")}`, `--regid=${ask("-g")}`, "--init-groups", "--inh-caps=-all", "--"];
}

/** The same command line behind a prefix that becomes it. */
export function behindPrefix([wrapper, ...words]: readonly string[], line: CommandLine): CommandLine {
  if (wrapper === undefined) return line;
  return { path: wrapper, argv: [wrapper, ...words, line.path, ...line.argv.slice(1)] };
}
