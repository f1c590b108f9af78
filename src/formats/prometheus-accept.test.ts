import { expect, it } from "vitest";
import { contentTypeOf, scrapeFormOf } from "./prometheus-accept.ts";

const prometheus3 =
  "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6," +
  "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4," +
  "text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
const prometheus2 =
  "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75," +
  "text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
const open = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const plain = "text/plain; version=0.0.4; charset=utf-8";
const plainUtf8 = "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8";

it.each([
  ["", plain],
  ["*/*", plain],
  ["text/html,*/*;q=0.8", plain],
  [prometheus2, open],
  [prometheus3, `${open}; escaping=allow-utf-8`],
  [prometheus3.replaceAll("allow-utf-8", "underscores"), open],
  [prometheus3.replaceAll("allow-utf-8", "dots"), open],
  [prometheus3.replaceAll("allow-utf-8", "values"), `${open}; escaping=values`],
  ["text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3", plainUtf8],
  [
    'application/openmetrics-text;q=0.1, TEXT/PLAIN ; Version=1.0.0 ; Escaping="allow-utf-8" ; q=0.4',
    plainUtf8,
  ],
  [
    "application/openmetrics-text;escaping=allow-utf-8;q=0,text/plain;escaping=values",
    `${plain}; escaping=values`,
  ],
  ["text/plain;q=x,;;;=,", plain],
])("answers %j with %j", (accept, expected) => {
  expect(contentTypeOf(scrapeFormOf(accept))).toBe(expected);
});
