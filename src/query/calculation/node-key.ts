// Parts of a series' name, and its tags, as functions name them: by number, or by tag.
import { parseTarget } from "../../formats/graphite-target/parse-target.ts";
import { joinedName } from "../names/name-text.ts";
import { type Series, tagOf } from "../series.ts";

/** Parts and tags between dots; of a name that is a function, the parts of the first series in it. */
export function keyOfNodes(series: Series, nodes: readonly (number | string)[]): string {
  const path = series.name.endsWith(")") ? firstPath(series.name) : undefined;
  const [plain = ""] = (path ?? series.name).split(";");
  const parts = plain.split(".");
  const tag = (name: string) => tagOf(series, name);
  const texts = nodes.map((node) =>
    typeof node === "number" ? (parts.at(node) ?? tag(String(node))) : tag(node),
  );
  return joinedName(texts, ".");
}

function firstPath(name: string): string | undefined {
  const parsed = parseTarget(name, { depth: 64, calls: 1000 });
  if ("fault" in parsed) return undefined;
  let expression = parsed.expression;
  while (expression.kind === "call") {
    const [first] = expression.args;
    if (first === undefined || (first.kind !== "call" && first.kind !== "path")) return undefined;
    expression = first;
  }
  return expression.kind === "path" ? expression.text : undefined;
}

/** Lists of series with the same key, in the order of their first ones. */
export function groupedBy(list: readonly Series[], keyOf: (series: Series) => string): Map<string, Series[]> {
  const groups = new Map<string, Series[]>();
  for (const series of list) {
    const key = keyOf(series);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [series]);
    else group.push(series);
  }
  return groups;
}
