// Secrets by their position: over every key of the whole configuration, none of them is shown by anything.
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { sections } from "./agent-config.ts";
import { configJsonSchema, loadConfig, parameterShower, showConfig } from "./config/index.ts";
import { AgentError } from "./kernel/errors.ts";

const text = "S3cretText";

interface Node {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Node>>;
  readonly type?: string;
  readonly secret?: boolean;
  readonly path?: boolean;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly allOf?: readonly Node[];
  readonly items?: Node;
  readonly prefixItems?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
}

interface Leaf {
  /** `[]` for any item of a list, `*` for any name. */
  readonly path: string;
  readonly secret: boolean;
  readonly isFile: boolean;
}

const schema = configJsonSchema(sections) as Node;

function leavesOf(node: Node, path: readonly string[] = [], secret = false): Leaf[] {
  const reference = node.$ref?.replace("#/$defs/", "");
  const hidden = secret || node.secret === true;
  const inner = (child: Node | undefined, key?: string) =>
    child === undefined ? [] : leavesOf(child, key === undefined ? path : [...path, key], hidden);
  const named = typeof node.additionalProperties === "object" ? node.additionalProperties : undefined;
  const isText = node.type === "string" && node.const === undefined && node.enum === undefined;
  return [
    ...(isText ? [{ path: path.join("."), secret: hidden, isFile: node.path === true }] : []),
    ...(reference === undefined ? [] : inner(schema.$defs?.[reference])),
    ...[node.anyOf, node.oneOf, node.allOf].flatMap((all) => (all ?? []).flatMap((one) => inner(one))),
    ...inner(node.items, "[]"),
    ...(node.prefixItems ?? []).flatMap((one, at) => inner(one, String(at))),
    ...Object.entries(node.properties ?? {}).flatMap(([key, one]) => inner(one, key)),
    ...inner(named, "*"),
  ];
}

const leaves = leavesOf(schema);
const secrets = [...new Set(leaves.filter(({ secret }) => secret).map(({ path }) => path))].sort();
const open = [...new Set(leaves.filter(({ secret }) => !secret).map(({ path }) => path))].sort();

/** The same value at all paths, in the form of the input; where one path leads through another's value, the first stays. */
function configWith(paths: readonly string[], value: unknown): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const path of paths) put(config, path.split("."), value);
  return config;
}

type Place = Record<string, unknown> | unknown[];

function put(place: Place, [key = "", ...rest]: readonly string[], value: unknown): void {
  if (Array.isArray(place) !== (key === "[]")) return;
  const at = Array.isArray(place) ? 1 : key === "*" ? "NAME" : key;
  const inside = place as Record<string | number, unknown>;
  if (Array.isArray(place)) place[0] ??= rest.length === 0 ? "first" : {};
  if (rest.length === 0) inside[at] ??= value;
  else {
    inside[at] ??= rest[0] === "[]" ? [] : {};
    if (typeof inside[at] === "object" && inside[at] !== value) put(inside[at] as Place, rest, value);
  }
}

/** Sections that may be written once or as a list: both ways. */
const ways = [(path: string) => !path.includes("[]"), (path: string) => path.includes("[]")];

/** Everything that is ever said of a configuration. */
function said(given: Record<string, unknown>): string {
  const origins = new Map<string, string>();
  const loaded = { value: {}, given, origins, files: [] };
  const shown = [true, false].flatMap((effective) =>
    [true, false].map((origin) => showConfig(loaded, sections, { effective, origin })),
  );
  const overlays = Object.entries(given).map(([key, value]) => ({ path: [key], value, origin: "--flag" }));
  const json = shown.map((one) => JSON.stringify(parse(one)));
  return [...shown, ...json, reportOf(overlays)].join("\n");
}

function reportOf(overlays: Parameters<typeof loadConfig>[0]["overlays"]): string {
  try {
    loadConfig({ sections, environment: {}, overlays });
    return "";
  } catch (error) {
    if (error instanceof AgentError) return error.message;
    throw error;
  }
}

/** As it should be written, and as people write it by mistake. */
const values = [
  text,
  [text],
  [[text]],
  { inner: text },
  { [text.toLowerCase()]: text },
  `${text}\n`,
  `\0${text}`,
];

function linesWithText(given: Record<string, unknown>): string[] {
  return said(given)
    .split("\n")
    .filter((line) => line.includes(text))
    .map((line) => line.slice(0, 200));
}

describe("a secret is in no listing and in no report", () => {
  it.each(values)("%j", (value) => {
    for (const way of ways) expect(linesWithText(configWith(secrets.filter(way), value))).toEqual([]);
  });

  it("neither where its variable gives it", () => {
    const environment = { YAGURA_PROGRAMS__ENVIRONMENT: `{ NAME: ${text}, "not a name": ${text} }` };
    expect(() => loadConfig({ sections, environment, overlays: [] })).toThrow(/^(?!.*S3cretText)/s);
  });
});

describe("a credential in an address is neither, whatever the key", () => {
  it.each([
    `x://user:${text}@host/`,
    `x://user:a/${text}@host/`,
    `https://host/?token=${text}`,
    `https://host/?a=b&access_token=${text}`,
  ])("%s", (address) => {
    for (const way of ways) {
      const config = configWith(open.filter(way), address);
      expect(JSON.stringify(config).split(text).length).toBeGreaterThan(100);
      expect(linesWithText(config)).toEqual([]);
    }
  });
});

describe("the keys", () => {
  it("that are secret are these", () => {
    const names = new Set(secrets.map((path) => path.replaceAll(/\.\[\]/g, "")));
    expect([...names]).toEqual(
      [
        "access.callers.token",
        "handlers.command.run",
        "handlers.mail.password",
        "handlers.mail.smtp",
        "handlers.slack.token",
        "handlers.webhook.headers.*",
        "handlers.webhook.secret",
        "handlers.webhook.token",
        "handlers.webhook.url",
        "inputs.collectors.apache.password",
        "inputs.collectors.mongodb.password",
        "inputs.collectors.mongodb.uri",
        "inputs.collectors.mysql.password",
        "inputs.collectors.rabbitmq.password",
        "inputs.collectors.redis.password",
        "outputs.collectd.password",
        "outputs.influx.password",
        "outputs.influx.token",
        "outputs.nats.password",
        "outputs.nats.token",
        "outputs.otlp.headers.*",
        "outputs.otlp.password",
        "outputs.otlp.token",
        "outputs.remote_write.headers.*",
        "outputs.remote_write.password",
        "outputs.remote_write.token",
        "programs.environment.*",
        "api.proxy.hops.token",
      ].sort(),
    );
  });

  it("that sound like one are one, or name a file", () => {
    const sounds = /passw|token|secret|cred|api_?key|auth|header|environment|(^|\.)key(\.|$)/i;
    const suspects = leaves.filter(({ path }) => sounds.test(path));
    expect(suspects.length).toBeGreaterThan(secrets.length / 2);
    const unmarked = suspects.filter(({ secret, isFile }) => !secret && !isFile);
    expect(unmarked.map(({ path }) => path)).toEqual([]);
  });
});

describe("a pack's parameter is shown", () => {
  const show = parameterShower(sections);

  it.each([
    ["mysql", "password"],
    ["mongodb", "password"],
    ["mongodb", "uri"],
    ["redis", "password"],
    ["apache", "password"],
    ["rabbitmq", "password"],
    ["slack", "token"],
    ["mail", "password"],
  ])("as *** where a collector or a handler takes it as a secret: %s %s", (pack, key) => {
    expect(show({ pack, key, value: text })).toBe("***");
    expect(show({ pack, key, value: [text] })).toBe("***");
    expect(show({ pack, key, value: "" })).toBe("");
  });

  it("as it is elsewhere, without credentials in its address", () => {
    expect(show({ pack: "redis", key: "port", value: 6379 })).toBe(6379);
    expect(show({ pack: "mine", key: "address", value: `http://u:${text}@host/` })).toBe("http://***@host/");
  });
});
