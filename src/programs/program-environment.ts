// The variables that programs see.
import { systemPath } from "./catalogue.ts";
import type { ProgramsConfig } from "./config.ts";
import type { Account } from "./own-account.ts";

export type Variables = Readonly<Record<string, string | undefined>>;
/** The same object for the same account. */
export type EnvironmentOf = (account: Account) => Readonly<Record<string, string>>;

/** Meant for this process alone: its configuration, and what systemd tells a service (systemd.exec(5), sd_notify(3)). */
const forAgentAlone = /^(YAGURA_|NOTIFY_SOCKET$|LISTEN_|WATCHDOG_|CREDENTIALS_DIRECTORY$|JOURNAL_STREAM$)/;

/** Nothing of the agent's own environment reaches a program, unless the operator wants it. */
export function programEnvironment(
  { environment, inherit_environment: inherit, user }: ProgramsConfig,
  variables: Variables,
): EnvironmentOf {
  const inherited = inherit ? inheritable(variables) : {};
  const base = { PATH: systemPath, LANG: "C" };
  const made = new Map<string, Readonly<Record<string, string>>>();
  return ({ name, home }) => {
    const account = `${name}\0${home}`;
    const before = made.get(account);
    if (before !== undefined) return before;
    const own = { HOME: home, USER: name };
    // Another user has a home of its own.
    const known = user === undefined ? { ...own, ...inherited } : { ...inherited, ...own };
    const variables = { ...base, ...known, ...environment };
    made.set(account, variables);
    return variables;
  };
}

function inheritable(variables: Variables): Record<string, string> {
  const entries = Object.entries(variables).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !forAgentAlone.test(entry[0]),
  );
  return Object.fromEntries(entries);
}
