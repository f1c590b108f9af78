// A dashboard as a page: its parts below and beside each other, as wide as the terminal.
import { printable } from "../../kernel/log.ts";
import type { CliNeeds } from "../cli-needs.ts";
import { colours } from "../colour.ts";
import type { Dashboard, DashboardPart } from "./dashboard-answer.ts";
import { leafBlock } from "./dashboard-leaf.ts";
import { below, beside, columnsOfEach, cut, type TextBlock } from "./text-block.ts";

/** Narrower parts stand below each other instead. */
const partColumns = 16;
const pageColumns = { least: 20, usual: 80, most: 200 };
const keptValues = 200;

/** Remembers what its leaves have shown, for those that draw a course. */
export class DashboardPage {
  readonly #needs: Pick<CliNeeds, "stdout" | "environment">;
  readonly #seen = new Map<string, number[]>();

  constructor(needs: Pick<CliNeeds, "stdout" | "environment">) {
    this.#needs = needs;
  }

  /** The page with the values of now, a newline at the end of each line. */
  draw({ title, content }: Dashboard): string {
    const { stdout } = this.#needs;
    const wanted = stdout.columns ?? pageColumns.usual;
    const columns = Math.min(pageColumns.most, Math.max(pageColumns.least, wanted));
    const lines = this.#part(content, { columns, place: "" });
    const head = colours(this.#needs)("bold", cut(printable(title), columns));
    return [head, "", ...lines.map(({ text }) => text.trimEnd()), ""].join("\n");
  }

  #part(part: DashboardPart, at: { readonly columns: number; readonly place: string }): TextBlock {
    const { columns, place } = at;
    if (!("parts" in part)) return this.#leaf(part, at);
    const { kind, parts } = part;
    const each = columnsOfEach(columns, parts.length);
    const areBeside = kind === "horizontal_split" && each >= partColumns;
    const blocks = parts.map((one, number) =>
      this.#part(one, { columns: areBeside ? each : columns, place: `${place}.${number}` }),
    );
    return areBeside ? beside(blocks, each) : below(blocks);
  }

  #leaf(leaf: Exclude<DashboardPart, { parts: unknown }>, at: { columns: number; place: string }): TextBlock {
    const { columns, place } = at;
    const seen = this.#seen.get(place) ?? [];
    if (typeof leaf.value === "number" && leaf.fault === "") seen.push(leaf.value);
    if (seen.length > keptValues) seen.shift();
    this.#seen.set(place, seen);
    const isTerminal = this.#needs.stdout.isTTY === true;
    return leafBlock(leaf, { columns, isTerminal, colour: colours(this.#needs), seen });
  }
}
