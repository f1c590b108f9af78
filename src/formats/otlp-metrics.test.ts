// The protocol carries every text, so nothing is changed.
import fc from "fast-check";
import { expect, it } from "vitest";
import { otlpMetrics } from "./otlp-metrics.ts";

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

interface Request {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string;
        readonly gauge: { readonly dataPoints: readonly { readonly attributes: readonly Attribute[] }[] };
      }[];
    }[];
  }[];
}

it("says every name and tag as it is", () => {
  const text = fc.string({ minLength: 1, unit: "grapheme" });
  const series = fc.record({ name: text, tags: fc.dictionary(text, text, { noNullPrototype: true }) });
  fc.assert(
    fc.property(fc.array(series), (all) => {
      const metrics = all.map((one) => ({ ...one, value: 1, timestampMs: 1 }));
      const { resourceMetrics } = JSON.parse(
        otlpMetrics([{ host: "h", metrics }], { service: "s", version: "1" }),
      ) as Request;
      const said = resourceMetrics.flatMap(({ scopeMetrics }) =>
        scopeMetrics.flatMap((scope) =>
          scope.metrics.flatMap(({ name, gauge }) =>
            gauge.dataPoints.map(({ attributes }) => ({
              name,
              tags: Object.fromEntries(
                attributes.map(({ key, value }) => [key, value.stringValue]),
              ) as unknown,
            })),
          ),
        ),
      );
      expect(said).toHaveLength(all.length);
      expect(said).toEqual(expect.arrayContaining(all));
    }),
  );
});
