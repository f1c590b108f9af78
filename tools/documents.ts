// The texts of the documents that are made from the code, by path.
import * as z from "zod";
import { modules, schemas, sections } from "../src/agent.ts";
import { openapiDocument } from "../src/api/openapi-document.ts";
import { routes } from "../src/api/routes/index.ts";
import { configJsonSchema } from "../src/config/index.ts";
import { catalogue } from "../src/kernel/errors.ts";

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
