// The OpenAPI document as a page that loads nothing and runs nothing.
import { createHash } from "node:crypto";

export interface DocsPage {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --get: #2a7; --post: #27c }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 0 auto; padding: 2rem 1rem }
h1 { font-size: 1.6rem; margin: 0 }
article { border: 1px solid var(--line); border-radius: 8px; margin: 1rem 0; padding: 1rem }
h2 { font-size: 1.05rem; margin: 0 0 .25rem; display: flex; gap: .6rem; align-items: baseline }
h2 b { font-size: .75rem; color: #fff; background: var(--post); border-radius: 4px; padding: .1rem .4rem }
h2 b.get { background: var(--get) }
h3 { font-size: .85rem; margin: .8rem 0 0; opacity: .7 }
.answers th { width: 3rem }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .9rem }
td, th { border-top: 1px solid var(--line); padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top }
code { background: var(--soft); border-radius: 4px; padding: 0 .25rem }
p { margin: .25rem 0 }
`;

/** Takes the document as it is served; everything in it is escaped. */
export function docsPage(document: Record<string, unknown>): DocsPage {
  const { info, paths } = document as unknown as Document;
  const articles = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => article(method, path, operation)),
  );
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(info.title)} API</title><style>${style}</style></head>
<body><h1>${escapeHtml(info.title)} ${escapeHtml(info.version)}</h1>
<p>${escapeHtml(info.description)} For programs: <a href="/openapi.json">openapi.json</a>.</p>
${articles.join("\n")}
</body></html>
`;
  const hash = createHash("sha256").update(style).digest("base64");
  const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return { html, contentSecurityPolicy };
}

interface Document {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Record<string, Record<string, Operation>>;
}

interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly description?: string;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Record<string, { readonly description: string; readonly content?: Content }>;
}

type Content = Record<string, { readonly schema: Schema }>;

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Record<string, Schema>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
}

function article(method: string, path: string, operation: Operation): string {
  const body = operation.requestBody === undefined ? "" : section("Body", operation.requestBody.content);
  const answers = Object.entries(operation.responses).map(
    ([status, { description }]) => `<tr><th>${escapeHtml(status)}</th><td>${prose(description)}</td></tr>`,
  );
  return `<article><h2><b class="${escapeHtml(method)}">${escapeHtml(method.toUpperCase())}</b><code>${escapeHtml(path)}</code></h2>
<p>${prose(operation.summary)} ${prose(operation.description)}</p>${queries(operation)}${body}
<h3>Answers</h3><table class="answers">${answers.join("")}</table>${shapes(operation.responses)}</article>`;
}

function queries({ parameters = [] }: Operation): string {
  const rows = parameters
    .filter((parameter) => parameter.in === "query")
    .map(
      ({ name, description = "" }) =>
        `<tr><td><code>${escapeHtml(name)}</code></td><td>${prose(description)}</td></tr>`,
    );
  return rows.length === 0 ? "" : `<h3>Query</h3><table>${rows.join("")}</table>`;
}

/** Each shape once, with all the answers that have it. */
function shapes(responses: Operation["responses"]): string {
  const statusesByShape = new Map<string, string[]>();
  for (const [status, { content }] of Object.entries(responses)) {
    const key = JSON.stringify(content ?? {});
    statusesByShape.set(key, [...(statusesByShape.get(key) ?? []), status]);
  }
  return [...statusesByShape]
    .map(([key, statuses]) => section(`Body of ${statuses.join(", ")}`, JSON.parse(key) as Content))
    .join("");
}

function section(title: string, content: Content): string {
  const table = fields(content);
  return table === "" ? "" : `<h3>${escapeHtml(title)}</h3>${table}`;
}

/** What stands between backticks is code. */
function prose(text: string): string {
  return escapeHtml(text).replace(/`([^`]*)`/g, "<code>$1</code>");
}

function fields(content: Content): string {
  const schema = content["application/json"]?.schema;
  const rows = Object.entries(schema?.properties ?? {}).map(([name, field]) => {
    const needed = schema?.required?.includes(name) ? "" : " (optional)";
    return `<tr><td><code>${escapeHtml(name)}</code></td><td>${escapeHtml(kindOf(field))}${needed}</td><td>${prose(field.description ?? "")}</td></tr>`;
  });
  return rows.length === 0 ? "" : `<table>${rows.join("")}</table>`;
}

function kindOf({ type, anyOf, items }: Schema): string {
  if (anyOf !== undefined) return anyOf.map(kindOf).join(" or ");
  if (type === "array") return `list of ${items === undefined ? "values" : kindOf(items)}`;
  return [type ?? "value"].flat().join(" or ");
}

function escapeHtml(text: string): string {
  const names: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "#39" };
  return text.replace(/[&<>"']/g, (character) => `&${names[character]};`);
}
