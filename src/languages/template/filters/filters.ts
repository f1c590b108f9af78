// All filters by name.
import { ExpressionError, shown } from "../../expression/expression-error.ts";
import type { TemplateRun } from "../frame.ts";
import { applyTest } from "../is-test.ts";
import type { ApplyFilter, Tools } from "./filter.ts";
import { htmlFilters } from "./html-filters.ts";
import { listFilters } from "./list-filters.ts";
import { numberFilters } from "./number-filters.ts";
import { orderFilters } from "./order-filters.ts";
import { selectFilters } from "./select-filters.ts";
import { textFilters } from "./text-filters.ts";
import { wrapFilters } from "./wrap-filters.ts";

const filters: ReadonlyMap<string, ApplyFilter> = new Map([
  ...textFilters,
  ...wrapFilters,
  ...numberFilters,
  ...listFilters,
  ...orderFilters,
  ...selectFilters,
  ...htmlFilters,
]);

/** Throws for a name that no filter has. */
export function findFilter(name: string): ApplyFilter {
  const filter = filters.get(name);
  if (filter === undefined) throw new ExpressionError(`there is no filter ${shown(name)}`);
  return filter;
}

export function toolsOf(run: TemplateRun): Tools {
  const tools: Tools = {
    run,
    work: run.work,
    filter: (name, value, given) => findFilter(name)(value, given, tools),
    test: (name, operands) => applyTest(name, operands, run),
  };
  return tools;
}
