// The texts of the documents that are made from the code, by path.
import { readFileSync } from "node:fs";
import * as z from "zod";
import { modules, schemas, sections } from "../src/agent-config.ts";
import { roleFacts, roles } from "../src/api/access/roles.ts";
import { openapiDocument } from "../src/api/openapi-document.ts";
import { routes } from "../src/api/routes/index.ts";
import { configJsonSchema } from "../src/config/index.ts";
import { applicationCollectors } from "../src/inputs/applications/index.ts";
import type { Collector } from "../src/inputs/collector.ts";
import { hostCollectors } from "../src/inputs/collectors/index.ts";
import { catalogue } from "../src/kernel/errors.ts";
import { functions } from "../src/query/functions/index.ts";

interface Shape {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Shape[];
  readonly items?: Shape;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Shape>>;
}

export function documents(version: string): Record<string, string> {
  const pages = Object.entries(schemas).map(([key, schema]) => [
    `docs/modules/${key}.md`,
    modulePage(key, z.toJSONSchema(schema, { io: "input" }) as Shape),
  ]);
  return {
    "docs/openapi.json": `${JSON.stringify(openapiDocument(routes, version), undefined, 2)}\n`,
    "docs/config.schema.json": `${JSON.stringify(configJsonSchema(sections), undefined, 2)}\n`,
    "docs/errors.md": errorsPage(),
    "docs/security.md": securityPage(),
    "docs/collectors.md": collectorsPage(),
    "docs/graphite-functions.md": graphitePage(),
    ...Object.fromEntries(pages),
  };
}

const made = "<!-- Made from the code by `npm run docs`. -->\n";

function errorsPage(): string {
  const rows = Object.entries(catalogue).map(
    ([code, { message, http, exit }]) => `| \`${code}\` | ${cell(message)} | ${http} | ${exit} |`,
  );
  return `${made}
# Errors

Every fault that comes from outside the program. The status answers a request, the exit code ends a command.

| code | message | status | exit code |
|---|---|---|---|
${rows.join("\n")}
`;
}

/** The page is written by hand, but for the table between its two marks. */
function securityPage(): string {
  const page = readFileSync("docs/security.md", "utf8");
  const [before, rest = ""] = page.split(rolesBegin);
  const [, behind] = rest.split(rolesEnd);
  return `${before}${rolesBegin}\n${rolesTable()}\n${rolesEnd}${behind}`;
}

const rolesBegin = "<!-- Roles: made from the code by `npm run docs`. -->";
const rolesEnd = "<!-- End of what is made. -->";

function rolesTable(): string {
  const rows = roles.map((role) => {
    const { includes, later, summary } = roleFacts[role];
    const also =
      includes.length === 0 ? "" : `; part of it: ${includes.map((one) => `\`${one}\``).join(", ")}`;
    const asked = routes.filter((route) => route.role === role);
    const named = asked.map(({ method, path }) => `${method} ${path}`).sort();
    return `| \`${role}\` | ${cell(summary + also)} | ${cell(named.map((one) => `\`${one}\``).join(", "))} | ${cell(later.join("; "))} |`;
  });
  return `
| role | may | routes | and, once it is there |
|---|---|---|---|
${rows.join("\n")}
`;
}

function graphitePage(): string {
  const groups = [...new Set(functions.map(({ group }) => group))].sort();
  const text = groups.map((group) => {
    const rows = functions
      .filter((one) => one.group === group)
      .map(({ aliases, name, params, summary }) => {
        const shown = params.map((one) => (one.required === true ? one.name : `[${one.name}]`)).join(", ");
        const others = aliases.length === 0 ? "" : `, also \`${aliases.join("`, `")}\``;
        return `| \`${name}(${shown})\`${others} | ${cell(summary)} |`;
      });
    return `## ${group}\n\n| function | what it does |\n|---|---|\n${rows.join("\n")}\n`;
  });
  return `${made}
# Functions of /render

What a target may be made of; arguments in brackets may be left out. Answers are those of graphite-web 1.1.

${text.join("\n")}`;
}

function collectorsPage(): string {
  const parts = [
    ["of the host", hostCollectors],
    ["of applications", applicationCollectors],
  ] as const;
  const text = parts.map(
    ([of, collectors]) => `## Collectors ${of}\n\n${collectors.map(collectorSection).join("\n")}`,
  );
  return `${made}
# Collectors

What each collector measures. A number is the series \`COLLECTOR.NAME\` with the tags that are named; units are those of
readings and series, while /metrics shows base units. Keys that all collectors have: \`enabled\`, \`every\`, \`deadline\`;
their own are in \`docs/modules/inputs.md\`.

${text.join("\n")}`;
}

function collectorSection(collector: Collector): string {
  const { name, summary, instances = [], leaves, everyMs, onDemand } = collector;
  const tags = instances.filter((tag) => tag !== "").map((tag) => `\`${tag}\``);
  const facts = [
    everyMs === undefined ? undefined : `Every ${everyMs / 1000} s unless configured.`,
    tags.length === 0 ? undefined : `Tags: ${tags.join(", ")}.`,
    onDemand === true ? "Runs where the configuration names it." : undefined,
  ].filter((fact) => fact !== undefined);
  const rows = Object.entries(leaves).map(
    ([leaf, { help, unit = "count" }]) =>
      `| ${leaf === "*" ? "all others" : `\`${leaf}\``} | ${unit} | ${cell(help)} |`,
  );
  const numbers =
    rows.length === 0
      ? "Facts only, no numbers.\n"
      : `| number | unit | meaning |\n|---|---|---|\n${rows.join("\n")}\n`;
  return `### \`${name}\`\n\n${[summary, ...facts].join(" ")}\n\n${numbers}`;
}

function modulePage(key: string, shape: Shape): string {
  const summary = modules.find(({ name }) => name === key)?.summary ?? sentences[key] ?? "";
  return `${made}
# \`${key}\`

${summary}

| key | value | default | meaning |
|---|---|---|---|
${rowsOf(shape, key).join("\n")}
`;
}

const sentences: Readonly<Record<string, string>> = {
  log: "What the agent says of itself, and where.",
  access: "Who may do what.",
};

function rowsOf(shape: Shape, path: string): string[] {
  return Object.entries(shape.properties ?? {}).flatMap(([name, field]) =>
    field.properties === undefined ? [row(`${path}.${name}`, field)] : rowsOf(field, `${path}.${name}`),
  );
}

function row(path: string, field: Shape): string {
  const preset = field.default === undefined ? "" : `\`${JSON.stringify(field.default)}\``;
  const head = `| \`${path}\` | ${cell(kindOf(field))} | ${cell(preset)} | ${cell(field.description ?? "")} |`;
  const item = field.items?.properties;
  if (item === undefined) return head;
  const rows = Object.entries(item).map(([name, inner]) => row(`${path}[].${name}`, inner));
  return [head, ...rows].join("\n");
}

function kindOf(shape: Shape): string {
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.enum !== undefined) return shape.enum.map((value) => JSON.stringify(value)).join(", ");
  if (shape.anyOf !== undefined) return shape.anyOf.map(kindOf).join(" or ");
  if (shape.type === "array") return `list of ${shape.items === undefined ? "values" : kindOf(shape.items)}`;
  const example = shape.examples?.[0];
  return example === undefined
    ? (shape.type ?? "value")
    : `${shape.type}, such as ${JSON.stringify(example)}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
