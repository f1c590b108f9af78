// Dashboards of packs and files: a tree of rows and columns, with an expression in every leaf (contract opsbro §12.7).
import * as z from "zod";
import { type ObjectDefinition, type PackSet, problemLine, readObject } from "../../config/index.ts";
import { reasonOf } from "../../kernel/errors.ts";
import { toJson } from "../../languages/expression/index.ts";
import { type BoundExpression, ExpressionError, type Expressions } from "../expressions/expressions.ts";

const leaf = z.strictObject({
  title: z.string().default("").describe("What stands above the value."),
  value: z.union([z.string(), z.number()]).describe("Expression."),
  unit: z.string().default("").describe("What stands behind the value."),
});

const leafKinds = ["donut", "horizontal_gauge", "horizontal_chart", "text"] as const;
const splitKinds = ["vertical_split", "horizontal_split"] as const;
const depthLimit = 10;

const node: z.ZodType<Written> = z.lazy(() =>
  z.strictObject({
    vertical_split: z.array(node).max(50).optional().describe("Parts below each other."),
    horizontal_split: z.array(node).max(50).optional().describe("Parts beside each other."),
    donut: leaf.optional(),
    horizontal_gauge: leaf.optional(),
    horizontal_chart: leaf.optional(),
    text: leaf.optional(),
  }),
);

type Leaf = z.output<typeof leaf>;
interface Written extends Partial<Record<(typeof leafKinds)[number], Leaf | undefined>> {
  readonly vertical_split?: Written[] | undefined;
  readonly horizontal_split?: Written[] | undefined;
}

const dashboardSchema = z.strictObject({
  title: z.string().default("").describe("What stands above it all."),
  content: node.describe("The tree."),
  name: z.string().optional().describe("Name in place of the file's."),
  id: z.string().optional().describe("Identity in place of the file's."),
});

/** What a leaf shows now. */
export interface ShownLeaf {
  readonly kind: (typeof leafKinds)[number];
  readonly title: string;
  readonly unit: string;
  readonly value: unknown;
  /** Why there is no value; empty when there is one. */
  readonly fault: string;
}

export type Shown =
  | ShownLeaf
  | { readonly kind: (typeof splitKinds)[number]; readonly parts: readonly Shown[] };

export interface DashboardPlan {
  readonly name: string;
  readonly title: string;
  readonly packName: string;
  readonly packLevel: string;
  readonly place: string;
  /** With the data of now; never rejects. */
  readonly show: () => Promise<Shown>;
}

export interface DashboardNeeds {
  readonly packs: PackSet;
  readonly expressions: Expressions;
  readonly onProblem: (line: string) => void;
}

export function planDashboards({ packs, expressions, onProblem }: DashboardNeeds): DashboardPlan[] {
  return packs.objects("dashboard").flatMap((definition) => {
    const reading = readObject(definition, dashboardSchema);
    if ("problems" in reading) {
      for (const problem of reading.problems) onProblem(problemLine(problem));
      return [];
    }
    const parameters = definition.pack === undefined ? {} : packs.parametersOf(definition.pack);
    const { title, content } = reading.value;
    const planned = planPart(content, { definition, expressions, parameters, depth: 0 });
    const { name, pack } = definition;
    return [
      {
        ...{ name, title: title === "" ? name : title, place: definition.placeOf([]) },
        ...{ packName: pack?.name ?? "", packLevel: pack?.level ?? "local", show: planned },
      },
    ];
  });
}

interface Planning {
  readonly definition: ObjectDefinition;
  readonly expressions: Expressions;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly depth: number;
}

/** The first key counts: a part is one thing. */
function planPart(part: Written, planning: Planning): () => Promise<Shown> {
  for (const kind of splitKinds) {
    const parts = part[kind];
    if (parts === undefined) continue;
    const deeper = { ...planning, depth: planning.depth + 1 };
    const planned = deeper.depth > depthLimit ? [] : parts.map((one) => planPart(one, deeper));
    return async () => ({ kind, parts: await Promise.all(planned.map((show) => show())) });
  }
  for (const kind of leafKinds) {
    const own = part[kind];
    if (own !== undefined) return planLeaf(kind, own, planning);
  }
  return async () => ({ kind: "text", title: "", unit: "", value: null, fault: "this part is empty" });
}

function planLeaf(
  kind: ShownLeaf["kind"],
  { title, unit, value }: Leaf,
  { expressions, parameters }: Planning,
): () => Promise<Shown> {
  const shown = (found: Pick<ShownLeaf, "value" | "fault">) => ({ kind, title, unit, ...found });
  let bound: BoundExpression;
  try {
    bound = expressions.compile(String(value), { configuration: [], parameters, variables: [] });
  } catch (thrown) {
    if (!(thrown instanceof ExpressionError)) throw thrown;
    const fault = thrown.message;
    return async () => shown({ value: null, fault });
  }
  return async () => {
    try {
      return shown({ value: toJson(await expressions.evaluate(bound)), fault: "" });
    } catch (thrown) {
      return shown({ value: null, fault: reasonOf(thrown) });
    }
  };
}
