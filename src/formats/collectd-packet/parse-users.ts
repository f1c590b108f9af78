// The file of users and passwords that collectd calls AuthFile (contract collectd-monitor §6.6).
import { type CollectdKey, type CollectdUsers, collectdKey } from "./collectd-security.ts";

export interface ParsedUsers {
  readonly users: CollectdUsers;
  /** Numbers of the lines, from 1, that are neither `user: password` nor a comment. */
  readonly badLines: readonly number[];
}

/** The last of two lines for one user holds. Blanks at the end of a password are part of it, as in collectd. */
export function parseUsers(text: string): ParsedUsers {
  const users = new Map<string, CollectdKey>();
  const badLines: number[] = [];
  for (const [place, line] of text.split(/\r?\n/).entries()) {
    const content = line.trimStart();
    if (content === "" || content.startsWith("#")) continue;
    const colon = content.indexOf(":");
    const user = content.slice(0, Math.max(colon, 0)).trimEnd();
    const password = content.slice(colon + 1).trimStart();
    if (user === "" || password === "") badLines.push(place + 1);
    else users.set(user, collectdKey(password));
  }
  return { users, badLines };
}
