// Series in the format that was asked for.
import { drawChart } from "../draw/chart.ts";
import { chartOptions } from "../draw/chart-options.ts";
import { pixelSurface } from "../draw/pixel-surface.ts";
import { svgSurface } from "../draw/svg-surface.ts";
import type { Series } from "../series.ts";
import type { Work } from "../work.ts";
import { fittingPoints } from "./fitting.ts";
import { jsonOf } from "./json.ts";
import type { RenderPlan, RequestParams } from "./render-request.ts";
import { csvOf, rawOf } from "./text.ts";

export interface RenderAnswer {
  readonly contentType: string;
  readonly body: string | Buffer;
}

interface Asked {
  readonly plan: RenderPlan;
  readonly params: RequestParams;
}

export async function answerOf(list: readonly Series[], asked: Asked, work: Work): Promise<RenderAnswer> {
  const { plan } = asked;
  switch (plan.format) {
    case "csv":
      return { contentType: "text/csv", body: await csvOf(list, plan.zone, work) };
    case "raw":
      return { contentType: "text/plain", body: await rawOf(list, work) };
    case "json": {
      const isAny = list.some(({ values }) => values.length > 0);
      const points = isAny ? await fittingPoints(list, plan.maxDataPoints, work) : [];
      return { contentType: "application/json", body: await jsonOf(points, plan.noNullPoints, work) };
    }
    case "svg":
    case "png":
      return await picture(list, asked, work);
  }
}

async function picture(list: readonly Series[], { plan, params }: Asked, work: Work): Promise<RenderAnswer> {
  const options = chartOptions(params);
  const surface =
    plan.format === "svg"
      ? svgSurface(options.width, options.height, work)
      : pixelSurface(options.width, options.height, work);
  const most = Math.min(plan.maxDataPoints ?? Number.POSITIVE_INFINITY, options.width);
  const points = await fittingPoints(list, most, work);
  await drawChart(points, { surface, options, time: plan }, work);
  return await surface.finish();
}
