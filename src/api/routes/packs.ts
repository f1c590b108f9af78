// GET /packs: the packs of each level (contract opsbro §1.4, §12.4).
import type { PackSet } from "../../config/index.ts";
import { defineRoute } from "../route.ts";

export interface PacksNeeds {
  readonly packs: Pick<PackSet, "packs" | "problems">;
}

const levels = ["core", "global", "zone", "local"] as const;

export const packs = defineRoute({
  method: "GET",
  path: "/packs",
  summary: "Lists the packs of each level, with their directories.",
  role: "read",
  answers: { 200: { description: "Level, then name, then what the pack says of itself and its directory." } },
  handle(_input: undefined, needs: PacksNeeds) {
    const ofLevel = (level: (typeof levels)[number]) =>
      needs.packs.packs
        .filter((pack) => pack.level === level)
        .map(({ name, facts, winning, disabled, directory }) => [
          name,
          [{ name, level, winning, disabled, ...facts }, directory],
        ]);
    const json = Object.fromEntries(
      levels.map((level) => [level, Object.fromEntries(ofLevel(level)) as unknown]),
    );
    return { status: 200, json };
  },
});
