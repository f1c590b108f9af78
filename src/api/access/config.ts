// What an operator may set about callers: who they are and what they may do.
import * as z from "zod";
import { oneOrMore, secret } from "../../kernel/schema.ts";
import { isAddressRange } from "../../transports/address-list.ts";
import { roles } from "./roles.ts";

const callerConfig = z
  .strictObject({
    name: z.string().min(1).max(255).describe("Name in the log and in GET /commands."),
    token: oneOrMore(secret())
      .optional()
      .describe("One token or several, as they are or as `yagura config hash-token` writes them."),
    certificate: oneOrMore(z.string().min(1))
      .optional()
      .describe("Names in the client certificate (subject alternative name or CN), or `*.domain`."),
    address: oneOrMore(z.string().refine(isAddressRange, "expected an address or a CIDR range"))
      .optional()
      .describe("Addresses and CIDR ranges."),
    roles: z.array(z.enum(roles)).min(1),
    commands: z
      .array(z.string().min(1).max(255))
      .optional()
      .describe(
        "Programs that this caller may run with any option, `*` and `?` standing for any characters and for one. When absent: plugins that are judged harmless, and those that only connect to a target that may be asked.",
      ),
    user: z
      .string()
      .min(1)
      .optional()
      .describe(
        "User as whom programs run for this caller; that of `programs.user` when absent. Where that is set, it has to be one of `programs.users`.",
      ),
  })
  .refine(
    ({ token, certificate, address }) => (token ?? certificate ?? address) !== undefined,
    "expected a token, a certificate or an address by which the caller is known",
  );

export const accessConfig = z.strictObject({
  defaults: z
    .enum(["native", "happo"])
    .default("native")
    .describe(
      "What hosts and users may do that are no caller of the list. `happo`, which the command line of the older agent sets: allowed hosts, root and the agent's own user on this host run every program of the plugin directories, as that agent let them. `native`: nobody runs a program that is not judged.",
    ),
  callers: z.array(callerConfig).default([]),
  anonymous: z
    .array(z.enum(roles))
    .optional()
    .describe(
      "Roles of allowed hosts that are no caller of the list. When absent: read, check, inventory and metrics while the list is empty, none once it is not.",
    ),
  local_users: z
    .array(z.enum(roles))
    .optional()
    .describe(
      "Roles of other users of this host, who reach the agent over loopback; root and the agent's own user own it over the unix socket. When absent: read and push while the list of callers is empty, with `defaults: happo` also check for plugins that are judged harmless; none once it is not.",
    ),
  inventory: z
    .union([z.literal("any"), z.array(z.string().min(1))])
    .default([
      "arch",
      "df",
      "free",
      "id",
      "ls",
      "lsblk",
      "lscpu",
      "lsmod",
      "nproc",
      "uname",
      "uptime",
      "w",
      "who",
    ])
    .describe(
      "Programs that POST /inventory may run; `any` lets callers run everything on the system's path.",
    ),
});

export type AccessConfig = z.output<typeof accessConfig>;
