// Who the agent is to a server: a user with a password, or a token.
import * as z from "zod";
import { secret } from "../../../kernel/schema.ts";

export const credentialKeys = {
  username: z.string().min(1).optional().describe("User, for basic authentication."),
  password: secret().optional().describe("Password of the user."),
  token: secret().optional().describe("Bearer token, in place of user and password."),
};

interface Credentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
}

/** What does not go together in these keys. */
export function faultOfCredentials({ username, password, token }: Credentials): string | undefined {
  if (token !== undefined && username !== undefined) return "either a token or a user, not both";
  return password !== undefined && username === undefined ? "a password needs a username" : undefined;
}

/** The header for them; none where there are none. */
export function authorizationFrom({ username, password = "", token }: Credentials): Record<string, string> {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (username === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}
