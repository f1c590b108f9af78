// GET /api: every route in a few words (contract opsbro §12.5); the whole description is /openapi.json.
import { defineRoute } from "../route.ts";

export interface ApiListNeeds {
  readonly routeList: () => readonly {
    readonly method: string;
    readonly path: string;
    readonly summary: string;
    /** The role that a caller needs; undefined: none. */
    readonly role: string | undefined;
    readonly queries?: Readonly<Record<string, string>>;
  }[];
}

/** What anybody who is allowed here may do. */
const open: ReadonlySet<string | undefined> = new Set([undefined, "read", "check"]);

export const apiList = defineRoute({
  method: "GET",
  path: "/api",
  summary: "Lists what this agent can be asked: method, path, meaning, and the role that it needs.",
  role: undefined,
  answers: { 200: { description: "In the order of the paths." } },
  handle(_input: undefined, { routeList }: ApiListNeeds) {
    const rows = routeList().map(({ method, path, summary, role, queries = {} }) => ({
      ...{ method, path, description: summary, parameters: queries },
      ...{ role: role ?? null, protected: !open.has(role) },
    }));
    return {
      status: 200,
      json: rows.sort((one, other) => (one.path < other.path ? -1 : Number(one.path > other.path))),
    };
  },
});
