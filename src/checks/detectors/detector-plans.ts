// From the objects of packs and files to detectors that can look (contract opsbro §3).
import * as z from "zod";
import { type ObjectDefinition, type PackSet, problemLine, readObject } from "../../config/index.ts";
import { reasonOf } from "../../kernel/errors.ts";
import { interval } from "../../kernel/schema.ts";
import {
  type BoundExpression,
  ExpressionError,
  type Expressions,
  isTrue,
} from "../expressions/expressions.ts";
import type { DetectorPlan, Finding } from "./detector-set.ts";
import { groupTemplate } from "./group-template.ts";

const detectorSchema = z.strictObject({
  interval: interval().prefault("10s").describe("Time between two looks; a bare number is seconds."),
  apply_if: z.union([z.string().min(1), z.boolean()]).describe("Expression: true gives the node the groups."),
  add_groups: z.array(z.string().min(1)).describe("The groups; `{{…}}` in them is filled in."),
  notes: z.string().default("").describe("For people."),
  enabled: z.boolean().default(true).describe("False leaves the detector out."),
  name: z.string().optional().describe("Name in place of the file's."),
  id: z.string().optional().describe("Identity in place of the file's."),
});

/** Older names of keys (contract opsbro §1.5). */
const aliases = { groups: "add_groups", tags: "add_groups" } as const;

/** How long one look may wait for what its functions ask. */
const deadlineMs = 30_000;
/** Of one detector: a list from outside may have any length. */
const groupsAtMost = 100;

export interface DetectorPlansNeeds {
  readonly packs: Pick<PackSet, "objects">;
  readonly expressions: Expressions;
  readonly onProblem: (line: string) => void;
}

export function planDetectors({ packs, expressions, onProblem }: DetectorPlansNeeds): DetectorPlan[] {
  return packs.objects("detector").flatMap((definition) => {
    const reading = readObject(definition, detectorSchema, { aliases });
    if ("problems" in reading) {
      for (const problem of reading.problems) onProblem(problemLine(problem));
      return [];
    }
    if (!reading.value.enabled) return [];
    try {
      return [planOf(definition, reading.value, expressions)];
    } catch (thrown) {
      if (!(thrown instanceof ExpressionError)) throw thrown;
      onProblem(`${definition.placeOf(["apply_if"])}: ${definition.label}: ${thrown.message}`);
      return [];
    }
  });
}

function planOf(
  definition: ObjectDefinition,
  body: z.output<typeof detectorSchema>,
  expressions: Expressions,
): DetectorPlan {
  const applyIf = typeof body.apply_if === "boolean" ? (body.apply_if ? "True" : "False") : body.apply_if;
  const condition = expressions.compile(applyIf);
  const templates = body.add_groups.map((group) => groupTemplate(group, expressions));
  const asked = [condition, ...templates.flatMap(({ parts }) => parts)].flatMap(({ asked: names }) => [
    ...names,
  ]);
  const find = async (signal: AbortSignal): Promise<Finding> => {
    const found = async (bound: BoundExpression) =>
      await expressions.evaluate(bound, { variables: [], signal });
    try {
      if (!isTrue(await found(condition)))
        return { matched: false, groups: [], lacking: expressions.isLacking(condition.asked) };
      const groups = new Set<string>();
      let lacking = false;
      for (const template of templates) {
        const filled = await template.fill(found);
        lacking ||= filled === undefined;
        for (const group of filled ?? []) groups.add(group);
      }
      return { matched: true, groups: [...groups].slice(0, groupsAtMost), lacking };
    } catch (thrown) {
      return { matched: false, groups: [], fault: reasonOf(thrown) };
    }
  };
  const look = async (signal: AbortSignal): Promise<Finding> => {
    if (expressions.isEarly(asked)) return "pending";
    return await expressions.within(deadlineMs, signal, find);
  };
  return {
    ...{ id: definition.id, name: definition.name, notes: body.notes, place: definition.placeOf([]) },
    ...{ packName: definition.pack?.name ?? "", packLevel: definition.pack?.level ?? "local" },
    ...{ everyMs: body.interval, applyIf, groups: body.add_groups, look },
  };
}
