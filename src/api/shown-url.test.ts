import { expect, it } from "vitest";
import { shownUrl } from "./shown-url.ts";

it.each([
  ["/", "/"],
  ["/write?db=x&precision=s", "/write?db=x&precision=s"],
  ["/write?u=joe&p=SECRET&db=x", "/write?u=***&p=***&db=x"],
  ["/write?%70=SECRET", "/write?%70=***"],
  ["/write?P=SECRET;Token=a=b", "/write?P=***;Token=***"],
  ["/x?apikey=SECRET#p=1", "/x?apikey=***#p=***"],
  ["/x?p", "/x?p"],
  ["/x?%zz=1&p=SECRET", "/x?%zz=1&p=***"],
  ["/render?target=a.p=b", "/render?target=a.p=b"],
])("%s is shown as %s", (url, shown) => {
  expect(shownUrl(url)).toBe(shown);
});
