// Dashboards: their list, and one with the values of now.
import { defineRoute } from "../route.ts";

export interface DashboardsNeeds {
  readonly dashboards: readonly {
    readonly name: string;
    readonly title: string;
    readonly packName: string;
    readonly packLevel: string;
    show(): Promise<unknown>;
  }[];
}

export const dashboards = defineRoute({
  method: "GET",
  path: "/dashboards",
  summary: "Lists the dashboards.",
  role: "read",
  answers: { 200: { description: "Name, title and pack of each." } },
  handle: (_input: undefined, needs: DashboardsNeeds) => ({
    status: 200,
    json: needs.dashboards.map(({ name, title, packName, packLevel }) => ({
      ...{ name, title, pack: packName, level: packLevel },
    })),
  }),
});

export const dashboard = defineRoute({
  method: "GET",
  path: "/dashboards/:name",
  summary: "Shows a dashboard with the values of now.",
  role: "read",
  answers: {
    200: {
      description: "Title, and a tree of parts: splits hold parts, leaves a value or why there is none.",
    },
    404: { description: "There is no such dashboard." },
  },
  async handle(_input: undefined, needs: DashboardsNeeds, { params }) {
    const found = needs.dashboards.find(({ name }) => name === params["name"]);
    if (found === undefined) return { status: 404, json: { error: "there is no such dashboard" } };
    return { status: 200, json: { name: found.name, title: found.title, content: await found.show() } };
  },
});
