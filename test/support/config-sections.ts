// A small configuration with everything that sections are made of, for the tests of this folder.
import * as z from "zod";
import type { Section } from "../../src/config/json-schema.ts";
import { byteSize, duration, oneOrMore, path, secret } from "../../src/kernel/schema.ts";

const address = z.string().regex(/^[\w.]+:\d+$/, "expected HOST:PORT");

const api = z.strictObject({
  listen: oneOrMore(address).prefault("127.0.0.1:6777").describe("Where to listen."),
  port: z.int().min(1).max(65_535).default(6777),
  tls: z
    .strictObject({ certificate: path(), key: path(), phrase: secret().optional() })
    .optional()
    .describe("Files of the server's certificate."),
  callers: z
    .array(
      z.strictObject({
        name: z.string(),
        token: secret().optional(),
        roles: z.array(z.enum(["read", "check", "operate"])).default(["read"]),
      }),
    )
    .default([]),
  banner: z.string().optional(),
  ratio: z.number().gt(0).default(0.5),
});

const programs = z.strictObject({
  paths: z.array(path()).min(1).default(["/usr/lib/nagios/plugins"]),
  deadline: duration().prefault("10s"),
  output_limit: byteSize().prefault("1MiB"),
  environment: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, "expected letters, digits and _"), z.string())
    .default({}),
  shell: z.boolean().default(false),
});

const kinds = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("file"), path: path() }),
  z.strictObject({ kind: z.literal("plain"), path: z.string(), password: secret().optional() }),
]);

const store = z
  .strictObject({
    every: z.union([z.literal("off"), duration()]).prefault("off"),
    file: z.union([z.literal("none"), path()]).default("none"),
    target: kinds.optional(),
    login: z
      .union([
        z.strictObject({ user: z.string(), realm: z.string().default("all") }),
        z.strictObject({ token: secret(), retries: z.int().default(3) }),
      ])
      .optional(),
    secrets: z.record(z.string(), secret()).default({}),
    pin: secret()
      .refine((pin) => pin.length === 4, { error: ({ input }) => `${String(input)} has not four digits` })
      .optional(),
  })
  .refine(({ every, pin }) => every === "off" || pin !== undefined, {
    error: "a pin is needed unless every is off",
    path: ["pin"],
  })
  .prefault({});

export const testSections: readonly Section[] = [
  { key: "api", schema: api },
  { key: "programs", schema: programs.describe("Running programs.") },
  { key: "store", schema: store },
  { key: "pipeline", schema: z.array(z.record(z.string(), z.unknown())).default([]) },
];
