// GET /series/top: how many series each source has, and who makes them.
import { type SeriesTopAnswer, seriesTopAnswer } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

interface Share {
  readonly name: string;
  readonly count: number;
}

export interface SeriesTopNeeds {
  /** With the largest shares first, `sharesAtMost` of each kind. */
  readonly seriesReports: () => Promise<
    readonly {
      readonly source: string;
      readonly limit: number;
      readonly series: number;
      readonly overflow: number;
      readonly families: readonly Share[];
      readonly tags: readonly Share[];
      readonly refused: readonly Share[];
    }[]
  >;
}

const sharesAtMost = 100;

export const seriesTop = defineRoute({
  method: "GET",
  path: "/series/top",
  summary: "Tells how many series each source has, which names and tags make them, and what found no room.",
  role: "read",
  queries: { limit: "Names of each kind, 10 when absent, 100 at most." },
  answers: { 200: { description: "Each source that has series.", schema: seriesTopAnswer } },
  async handle(_input: undefined, { seriesReports }: SeriesTopNeeds, { query }) {
    const asked = Number(query.get("limit") ?? 10);
    const limit = Number.isInteger(asked) && asked > 0 ? Math.min(asked, sharesAtMost) : 10;
    const cut = (shares: readonly Share[]) => shares.slice(0, limit);
    const sources = (await seriesReports()).map(({ families, tags, refused, ...source }) => ({
      ...source,
      ...{ families: cut(families), tags: cut(tags), refused: cut(refused) },
    })) as SeriesTopAnswer["sources"];
    return { status: 200, json: { sources } satisfies SeriesTopAnswer };
  },
});
