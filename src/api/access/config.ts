// What an operator may set about callers: who they are and what they may do.
import * as z from "zod";
import { oneOrMore, secret } from "../../kernel/schema.ts";
import { isAddressRange } from "../../transports/address-list.ts";

/** `metrics`: hand metrics in and take them away. `admin` stands for all of them. */
export const roles = ["read", "check", "inventory", "metrics", "operate", "admin"] as const;
export type Role = (typeof roles)[number];

const callerConfig = z
  .strictObject({
    name: z.string().min(1).describe("Name in the log and in GET /commands."),
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
      .array(z.string().min(1))
      .optional()
      .describe("Programs that this caller may run, `*` standing for any characters; all when absent."),
  })
  .refine(
    ({ token, certificate, address }) => (token ?? certificate ?? address) !== undefined,
    "expected a token, a certificate or an address by which the caller is known",
  );

export const accessConfig = z.strictObject({
  callers: z.array(callerConfig).default([]),
  anonymous: z
    .array(z.enum(roles))
    .optional()
    .describe(
      "Roles of allowed hosts that are no caller of the list. When absent: read, check, inventory and metrics while the list is empty, none once it is not.",
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
